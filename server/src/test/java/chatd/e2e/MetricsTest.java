package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chatd.contract.Contract;
import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What figures say while chats are answered on two replicas.
class MetricsTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final Duration SOON = Duration.ofSeconds(20);

  private final Stage stage = Stage.with(POSTGRES);
  private Replica here;
  private Replica there;

  @BeforeEach
  void start() {
    here = stage.setup().startInside();
    there = stage.setup().startInside();
  }

  @AfterEach
  void stop() {
    here.close();
    there.close();
    stage.close();
  }

  private static String text(Replica replica) {
    var page = URI.create("http://127.0.0.1:" + replica.port() + "/metrics");
    try (var http = HttpClient.newHttpClient()) {
      var answer = http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofByteArray());
      return new String(Contract.held(answer).body(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double figure(Replica replica, String name) {
    return text(replica)
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no figure " + name));
  }

  /// On both replicas together: either may take a turn.
  private double sum(String name) {
    return figure(here, name) + figure(there, name);
  }

  @Test
  void turn_isSeenInTheFigures_whileItRunsAndAfterwards_withoutAName() {
    var gate = new CountDownLatch(1);
    stage.answer("hush", Script.begin().text("One", " two").pause(gate).finish("stop").done());
    var chat = here.client().create("hush");
    try (var near = StreamViewer.open(here.client(), chat, Kind.WEB_SOCKET);
        var far = StreamViewer.open(there.client(), chat, Kind.SSE)) {
      near.awaitPreview("One two");
      far.awaitPreview("One two");
      assertThat(figure(here, "chatd_viewers")).isEqualTo(1);
      assertThat(figure(there, "chatd_feeds")).isEqualTo(1);
      assertThat(sum("chatd_turns_running")).isEqualTo(1);
      assertThat(sum("chatd_links_dialled")).isEqualTo(1);
      assertThat(sum("chatd_links_served")).isEqualTo(1);
      assertThat(sum("chatd_budget_used_bytes{budget=\"part_logs\"}")).isPositive();
      assertThat(sum("chatd_budget_used_bytes{budget=\"mirrors\"}")).isPositive();
      gate.countDown();
      near.awaitStatus("waiting");
      far.awaitStatus("waiting");
    }

    await().atMost(SOON).until(() -> sum("chatd_turns_ended_total") == 1);
    assertThat(sum("chatd_turns_started_total")).isEqualTo(1);
    assertThat(sum("chatd_steps_total")).isEqualTo(1);
    assertThat(sum("chatd_parts_total")).isEqualTo(2);
    assertThat(sum("chatd_provider_first_part_seconds_count")).isEqualTo(1);
    assertThat(sum("chatd_hints_received_total")).isPositive();
    assertThat(sum("chatd_database_statements_total")).isGreaterThan(10);
    assertThat(sum("chatd_broken_total")).isZero();
    await().atMost(SOON).until(() -> sum("chatd_viewers") == 0);
    assertThat(text(here) + text(there)).doesNotContain(chat, "hush", "fake", "127.0.0.1");
  }

  @Test
  void partsThatStream_makeNoStatement() {
    var gate = new CountDownLatch(1);
    var parts = "x ".repeat(2_000).split("(?<= )");
    stage.answer("stream", Script.begin().text("go ").pause(gate).text(parts).hang());
    var chat = here.client().create("stream");
    try (var viewer = StreamViewer.open(here.client(), chat, Kind.WEB_SOCKET)) {
      viewer.awaitPreview("go ");
      var before = sum("chatd_database_statements_total");
      gate.countDown();
      viewer.awaitPreview("go " + "x ".repeat(2_000));
      // Heartbeats, looks and polls go on, some ten in a second.
      assertThat(sum("chatd_parts_total")).isGreaterThan(2_000);
      assertThat(sum("chatd_database_statements_total") - before).isLessThan(500);
    }
  }

  @Test
  void failedAttempt_isCountedByItsKind() {
    stage.answer("busy", Script.status(503, "{}"), Script.answer("There."));
    var chat = here.client().create("busy");

    await().atMost(SOON).until(() -> here.client().status(chat).equals("waiting"));

    assertThat(sum("chatd_attempts_failed_total{kind=\"refused\",then=\"retry\"}")).isEqualTo(1);
    assertThat(sum("chatd_attempts_failed_total{kind=\"refused\",then=\"end\"}")).isZero();
  }
}
