package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Viewers that are slower than the answer, or take nothing at all. All times are a tenth of the
/// usual ones: a viewer is closed after 6 s instead of 60 s, so it reads 160 KiB/s instead of 16
/// KiB/s.
@Tag("slow")
@Timeout(240)
class SlowViewerTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final String STALL = "6s";

  /// What is in flight, and what the systems of both sides keep.
  private static final long BETWEEN_MAX = 512 << 10;

  private static final Duration REST = Duration.ofMillis(100); // after each piece of 16 KiB
  private static final Duration LONG = Duration.ofSeconds(150);

  /// 4 MiB in small parts and in one that encodes to more than 1 MiB.
  private static String[] deltas() {
    var deltas = new String[1_537];
    Arrays.fill(deltas, "0123456789abcdef".repeat(128));
    deltas[500] = "\"".repeat(1 << 20);
    return deltas;
  }

  @Test
  void slowReaders_of4MiB_areNeitherClosedNorAhead_andDelayNobody() {
    var deltas = deltas();
    var whole = String.join("", deltas);
    var gate = new CountDownLatch(1);
    try (var stage = Stage.with(POSTGRES)) {
      stage.answer("slow", Script.begin().text(deltas).pause(gate).finish("stop").done());
      try (var replica = stage.setup("--stall-timeout", STALL).startInside()) {
        var user = replica.client();
        var chat = user.create("slow");
        try (var slowSocket = StreamViewer.of(user, chat, Kind.WEB_SOCKET).slow(REST).connect();
            var slowEvents = StreamViewer.of(user, chat, Kind.SSE).slow(REST).connect();
            var quick = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
          var slow = List.of(slowSocket, slowEvents);
          quick.await("all of it", c -> c.preview().length() == whole.length());
          for (var viewer : slow) {
            assertThat(viewer.<Long>get(c -> c.preview().length()))
                .as("shown to a slow reader when a quick one has all")
                .isLessThan(whole.length());
          }
          for (var viewer : slow) {
            viewer.await("all of it", LONG, c -> c.preview().length() == whole.length());
            assertThat(viewer.preview().text()).isEqualTo(whole);
            viewer.preview().mustAgreeWith(quick.preview());
            assertThat(viewer.preview().frames()).hasSizeLessThan(deltas.length / 2);
          }
          assertThat(slowSocket.pings()).as("pings in between").isPositive();
          gate.countDown();
          quick.awaitStatus("waiting");
          for (var viewer : slow) {
            viewer.await("the rows", LONG, c -> c.is("waiting"));
            viewer.mustShowWhatIsStored();
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"WEB_SOCKET", "SSE"})
  void readerThatTakesNothing_isClosedAndResumes(Kind kind) {
    var deltas = deltas();
    var whole = String.join("", deltas);
    var gate = new CountDownLatch(1);
    try (var stage = Stage.with(POSTGRES)) {
      stage.answer("stalled", Script.begin().text(deltas).pause(gate).finish("stop").done());
      try (var replica =
          stage.setup("--stall-timeout", STALL, "--max-streams-per-user", "1").startInside()) {
        var user = replica.client();
        var chat = user.create("stalled");
        try (var viewer = StreamViewer.of(user, chat, kind).slow(Duration.ZERO).stalled()) {
          viewer.connect();
          awaitRoom(user, chat);
          viewer.readOn();
          var end = viewer.awaitEnd(LONG);
          if (kind == Kind.WEB_SOCKET) {
            assertThat(end).isEqualTo(new StreamSocket.End(1013, "no progress"));
          }
          assertThat(viewer.<Long>get(c -> c.preview().length()))
              .as("what lay between the server and the reader")
              .isLessThan(BETWEEN_MAX);
          viewer.connect().await("all of it", LONG, c -> c.preview().length() == whole.length());
          assertThat(viewer.preview().text()).isEqualTo(whole);
          gate.countDown();
          viewer.await("the commit", LONG, c -> c.is("waiting"));
          viewer.mustShowWhatIsStored();
        }
      }
    }
  }

  /// Waits until the only stream that the user may have has ended.
  private static void awaitRoom(ApiClient user, String chat) {
    var deadline = System.nanoTime() + LONG.toNanos();
    while (System.nanoTime() < deadline) {
      try (var _ = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
        return;
      } catch (StreamSocket.Refused refused) {
        assertThat(refused.status()).isEqualTo(429);
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
      }
    }
    throw new AssertionError("the stalled stream does not end");
  }
}
