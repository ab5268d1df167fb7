package chatd.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatError;
import chatd.core.message.ChatId;
import chatd.core.turn.ModelFault;
import chatd.engine.port.FailedAttempt;
import chatd.engine.port.Telemetry;
import chatd.engine.port.Telemetry.Happening;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MeteredTelemetryTest {
  private static final ChatId CHAT = new ChatId(new UUID(0, 1));

  private final Meters meters = new Meters();
  private final List<String> heard = new ArrayList<>();
  private final Telemetry telemetry = new MeteredTelemetry(new LoopCounts(meters), new Listening());

  @AfterEach
  void close() {
    meters.close();
  }

  private String line(String name) {
    return meters
        .text()
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .reduce((one, other) -> one + "\n" + other)
        .orElse("");
  }

  @Test
  void everyReport_isCountedAndHandedOn() {
    telemetry.trouble("heartbeat", new IllegalStateException());
    telemetry.broken("run", new IllegalStateException());
    telemetry.turnStarted(CHAT);
    telemetry.turnStarted(CHAT);
    telemetry.turnEnded(CHAT);
    telemetry.firstPart(Duration.ofMillis(700));

    assertThat(line("chatd_troubles_total")).isEqualTo("chatd_troubles_total 1.0");
    assertThat(line("chatd_broken_total")).isEqualTo("chatd_broken_total 1.0");
    assertThat(line("chatd_turns_started_total")).isEqualTo("chatd_turns_started_total 2.0");
    assertThat(line("chatd_turns_ended_total")).isEqualTo("chatd_turns_ended_total 1.0");
    assertThat(meters.text())
        .contains(
            "chatd_provider_first_part_seconds_bucket{le=\"0.5\"} 0\n",
            "chatd_provider_first_part_seconds_bucket{le=\"1.0\"} 1\n",
            "chatd_provider_first_part_seconds_sum 0.7\n");
    assertThat(heard).containsExactly("trouble", "broken", "started", "started", "ended", "part");
  }

  @Test
  void failedAttempts_areCountedByKindAndByWhatFollowed() {
    telemetry.attemptFailed(CHAT, failed(Duration.ofSeconds(1)));
    telemetry.attemptFailed(CHAT, failed(Duration.ofSeconds(2)));
    telemetry.attemptFailed(CHAT, failed(null));

    assertThat(line("chatd_attempts_failed_total"))
        .contains(
            "chatd_attempts_failed_total{kind=\"dropped\",then=\"retry\"} 2.0",
            "chatd_attempts_failed_total{kind=\"dropped\",then=\"end\"} 1.0")
        .doesNotContain(CHAT.toString());
  }

  @ParameterizedTest
  @EnumSource(Happening.class)
  void everyHappening_hasAFigureOfItsOwn(Happening what) {
    var before = meters.text();
    telemetry.happened(what, 3);

    var changed = new ArrayList<>(meters.text().lines().toList());
    changed.removeAll(before.lines().toList());
    assertThat(changed.stream().filter(line -> line.endsWith("_total 3.0"))).hasSize(1);
    assertThat(heard).containsExactly(what.name());
  }

  @Test
  void openLinks_areThoseOpenedAndNotEnded() {
    telemetry.happened(Happening.LINK_OPENED, 5);
    telemetry.happened(Happening.LINK_ENDED, 2);

    assertThat(line("chatd_links_dialled")).isEqualTo("chatd_links_dialled 3.0");
  }

  @Test
  void figuresOfOthers_areReadWhenSomebodyAsks() {
    var value = new long[] {1};
    meters.gauge("viewers", "Streams", () -> value[0]);
    meters.count("parts", "Parts", () -> value[0]);
    meters.budget("rows", () -> value[0], () -> 10);
    value[0] = 7;
    System.gc(); // What nobody but the registry holds would be gone.

    assertThat(line("chatd_viewers")).isEqualTo("chatd_viewers 7.0");
    assertThat(line("chatd_parts_total")).isEqualTo("chatd_parts_total 7.0");
    assertThat(line("chatd_budget_used_bytes"))
        .isEqualTo("chatd_budget_used_bytes{budget=\"rows\"} 7.0");
    assertThat(line("chatd_budget_limit_bytes"))
        .isEqualTo("chatd_budget_limit_bytes{budget=\"rows\"} 10.0");
  }

  private static FailedAttempt failed(@Nullable Duration nextTry) {
    var error = ChatError.of(ChatError.Kind.GENERIC, "It broke off.", true);
    return new FailedAttempt(new ModelFault(ModelFault.Kind.DROPPED, error, null), 1, 25, nextTry);
  }

  private final class Listening implements Telemetry {
    @Override
    public void trouble(String what, Throwable cause) {
      heard.add("trouble");
    }

    @Override
    public void broken(String about, Throwable cause) {
      heard.add("broken");
    }

    @Override
    public void turnStarted(ChatId chat) {
      heard.add("started");
    }

    @Override
    public void turnEnded(ChatId chat) {
      heard.add("ended");
    }

    @Override
    public void attemptFailed(ChatId chat, FailedAttempt attempt) {
      heard.add("failed");
    }

    @Override
    public void firstPart(Duration waited) {
      heard.add("part");
    }

    @Override
    public void happened(Happening what, int times) {
      heard.add(what.name());
    }
  }
}
