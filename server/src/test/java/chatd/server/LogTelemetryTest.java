package chatd.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import chatd.core.chat.ChatError;
import chatd.core.message.ChatId;
import chatd.core.turn.ModelFault;
import chatd.engine.fake.ManualTime;
import chatd.engine.port.FailedAttempt;
import chatd.engine.port.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogTelemetryTest {
  private static final ChatId CHAT = new ChatId(new UUID(0, 7));

  private final ManualTime time = new ManualTime();
  private final ch.qos.logback.classic.Logger log = new LoggerContext().getLogger("test");
  private final ListAppender<ILoggingEvent> shown = new ListAppender<>();
  private final LogTelemetry telemetry = new LogTelemetry(time, log);

  @BeforeEach
  void listen() {
    log.setLevel(Level.INFO);
    shown.start();
    log.addAppender(shown);
  }

  @Test
  void trouble_isOneLine() {
    telemetry.trouble("heartbeat", new IllegalStateException("no route"));

    assertThat(lines())
        .containsExactly("Trouble with heartbeat: java.lang.IllegalStateException: no route");
    assertThat(shown.list.getFirst().getThrowableProxy()).isNull();
  }

  @Test
  void trouble_atDebug_hasItsTrace() {
    log.setLevel(Level.DEBUG);

    telemetry.trouble("heartbeat", new IllegalStateException("no route"));

    assertThat(shown.list.getFirst().getThrowableProxy()).isNotNull();
  }

  @Test
  void trouble_ofManyChats_isShownInPartAndCounted() {
    for (var i = 0; i < 500; i++) {
      telemetry.trouble("writing chat " + i, new IllegalStateException());
    }
    assertThat(lines()).hasSize(20);

    time.advance(Duration.ofSeconds(10));
    telemetry.trouble("heartbeat", new IllegalStateException());

    assertThat(lines().subList(20, lines().size()))
        .containsExactly(
            "There were 480 more troubles like those above",
            "Trouble with heartbeat: java.lang.IllegalStateException");
  }

  @Test
  void broken_hasItsTrace() {
    telemetry.broken("run of chat 1", new IllegalStateException("owned while waiting"));

    assertThat(shown.list.getFirst().getLevel()).isEqualTo(Level.ERROR);
    assertThat(shown.list.getFirst().getThrowableProxy()).isNotNull();
  }

  @Test
  void trouble_ofTheStore_isToldInItsWords() {
    telemetry.trouble(
        "heartbeat", new StoreException(StoreException.Kind.UNAVAILABLE, "database: refused"));

    assertThat(lines()).containsExactly("Trouble with heartbeat: database: refused");
  }

  @Test
  void attemptFailed_thatIsTriedAgain_saysWhyAndWhen() {
    telemetry.turnStarted(CHAT);
    telemetry.attemptFailed(CHAT, failed(2, Duration.ofMillis(4400)));
    telemetry.turnEnded(CHAT);

    assertThat(lines())
        .containsExactly(
            "Attempt 2 of 25 of chat "
                + CHAT
                + " failed: provider openai answered with an error, status 503 (overloaded); next try in 4 s");
    assertThat(shown.list.getFirst().getLevel()).isEqualTo(Level.INFO);
  }

  @Test
  void attemptFailed_thatWasTheLast_isAWarning() {
    telemetry.attemptFailed(CHAT, failed(25, null));

    assertThat(lines().getFirst())
        .startsWith("Attempt 25 of 25 of chat " + CHAT + " failed and the turn with it: provider");
    assertThat(shown.list.getFirst().getLevel()).isEqualTo(Level.WARN);
  }

  @Test
  void attemptFailed_repeatsNothingThatTheProviderWrote() {
    telemetry.attemptFailed(CHAT, failed(1, null));

    assertThat(lines().getFirst()).doesNotContain("hunter");
  }

  private static FailedAttempt failed(int number, @Nullable Duration nextTry) {
    var error =
        new ChatError(
            "No key sk-hunter1.", true, ChatError.Kind.OVERLOADED, "sk-hunter2", "openai", 503);
    return new FailedAttempt(
        new ModelFault(ModelFault.Kind.REFUSED, error, null), number, 25, nextTry);
  }

  private List<String> lines() {
    return shown.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
