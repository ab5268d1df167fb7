package chatd.server.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// 500 viewers of each kind that read nothing cost no thread, and nobody else any time.
@Tag("slow")
class StalledViewersTest {

  private static final int EACH = 500;
  private static final int ROUNDS = 2_000;
  private static final int THREADS_TOLERANCE = 4;

  @TempDir Path folder;
  private int dumps;

  @Test
  void stalledViewers_changeNeitherThreadsNorLatency() throws Exception {
    var clients = new ArrayList<RawClient>();
    try (var server = new StreamServer();
        var reader = RawClient.webSocket(server.port(), "/api/stream")) {
      reader.head();
      var read = server.served();
      latencies(reader, read); // warms up
      var before = latencies(reader, read);
      var threadsBefore = threads();

      var stalled = new ArrayList<StreamServer.Served>();
      for (var i = 0; i < 2 * EACH; i++) {
        var port = server.port();
        var path = "/api/stream";
        clients.add(i % 2 == 0 ? RawClient.webSocket(port, path) : RawClient.events(port, path));
        stalled.add(server.served());
      }
      var text = new byte[1 << 20];
      Arrays.fill(text, (byte) 'a');
      stalled.forEach(served -> served.carrier.write(text));
      for (var served : stalled) {
        while (served.progresses(Duration.ofMillis(10))) {} // until its buffers are full
      }
      stalled.forEach(served -> served.carrier.ping());

      var threads = threads();
      var after = latencies(reader, read);
      System.out.printf(
          "threads: %d, with %d stalled viewers %d%n", threadsBefore, 2 * EACH, threads);
      System.out.printf("latency, us: p50 %d, p99 %d without%n", at(before, 50), at(before, 99));
      System.out.printf("latency, us: p50 %d, p99 %d with%n", at(after, 50), at(after, 99));
      assertThat(stalled).allMatch(served -> served.ends.get() == 0);
      assertThat(threads).isLessThanOrEqualTo(threadsBefore + THREADS_TOLERANCE);
      assertThat(at(after, 50)).isLessThan(3 * at(before, 50) + 1_000);
    } finally {
      for (var client : clients) {
        client.close();
      }
    }
  }

  /// How long each of many messages took to the reader, in us, sorted.
  private static List<Long> latencies(RawClient reader, StreamServer.Served read)
      throws IOException, InterruptedException {
    var took = new ArrayList<Long>();
    for (var i = 0; i < ROUNDS; i++) {
      var begin = System.nanoTime();
      read.carrier.write("[{\"type\":\"message_part\"}]".getBytes(UTF_8));
      reader.frame();
      took.add((System.nanoTime() - begin) / 1_000);
      read.next();
    }
    took.sort(null);
    return took;
  }

  private static long at(List<Long> sorted, int percent) {
    return sorted.get(sorted.size() * percent / 100);
  }

  /// Platform threads and virtual ones.
  private long threads() throws IOException {
    var dump = folder.resolve("threads-" + dumps++ + ".txt");
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
    try (var lines = Files.lines(dump)) {
      return lines.filter(line -> line.startsWith("#")).count();
    }
  }
}
