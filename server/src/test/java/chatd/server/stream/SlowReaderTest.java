package chatd.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A client that reads 16 KiB/s is never taken for a dead one, which happens after 60 s. To be well
/// on the safe side, it shows progress every 20 s, that is at least once in 20 × 16 KiB. So volume
/// is counted here, and not time.
class SlowReaderTest extends StreamServerFixture {

  private static final int STEP = 16 * 1024;
  private static final int BETWEEN_TWO_SIGNS_MAX = 20 * STEP;

  @Test
  void webSocket_readSlowly_progressesOften() throws Exception {
    try (var client = RawClient.webSocket(server.port(), "/api/stream")) {
      readSlowly(client, server.served());
    }
  }

  @Test
  void serverSentEvents_readSlowly_progressesOften() throws Exception {
    try (var client = RawClient.events(server.port(), "/api/stream")) {
      readSlowly(client, server.served());
    }
  }

  private static void readSlowly(RawClient client, StreamServer.Served served) throws Exception {
    writeUntilStalled(served, new byte[8 << 20]);
    var most = 0;
    for (var signs = 0; signs < 20; signs++) {
      var read = 0;
      while (!served.progresses(Duration.ofMillis(5))) {
        read += client.skip(STEP);
        assertThat(read).isLessThan(BETWEEN_TWO_SIGNS_MAX);
      }
      most = Math.max(most, read);
    }
    assertThat(most).isPositive();
  }
}
