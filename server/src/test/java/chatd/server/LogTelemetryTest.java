package chatd.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import chatd.core.message.ChatId;
import chatd.engine.fake.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
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
  void attemptFailed_namesTheChat() {
    telemetry.turnStarted(CHAT);
    telemetry.attemptFailed(CHAT, "OVERLOADED");
    telemetry.turnEnded(CHAT);

    assertThat(lines()).containsExactly("An attempt of chat " + CHAT + " failed: OVERLOADED");
  }

  private List<String> lines() {
    return shown.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
