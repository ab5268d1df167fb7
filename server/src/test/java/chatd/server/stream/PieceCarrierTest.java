package chatd.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.feed.CloseReason;
import chatd.engine.port.CarrierListener;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.junit.jupiter.api.Test;

class PieceCarrierTest {

  private final OpenStreams streams = new OpenStreams(Duration.ofSeconds(5));
  private final PieceCarrier carrier =
      new PieceCarrier(true, new ScheduledExecutorScheduler(), streams);
  private final List<String> log = new ArrayList<>();

  /// A connection that takes everything at once, from inside the call.
  private class Eager implements Outlet {
    @Override
    public void piece(ByteBuffer bytes, boolean first, boolean last) {
      carrier.taken();
    }

    @Override
    public void ping() {
      log.add("ping");
      carrier.taken();
    }

    @Override
    public void close(CloseReason reason) {
      log.add("close " + reason);
      carrier.taken();
      carrier.gone();
    }

    @Override
    public void abort() {
      log.add("abort");
      carrier.gone();
    }
  }

  /// A viewer that writes again and again, each time from inside the callback.
  private class Busy implements CarrierListener {
    private int left;
    private boolean inside;

    Busy(int left) {
      this.left = left;
    }

    @Override
    public void written() {
      assertThat(inside).isFalse();
      inside = true;
      if (left-- > 0) {
        carrier.write(new byte[1]);
      } else {
        carrier.end(CloseReason.DRAINING);
      }
      inside = false;
    }

    @Override
    public void progressed() {}

    @Override
    public void ended() {
      assertThat(inside).isFalse();
      log.add("ended");
    }
  }

  @Test
  void writesFromTheCallback_doNotNest() {
    carrier.write(new byte[1]);
    carrier.start(new Eager(), new Busy(200_000));
    assertThat(log).isEmpty();
    assertThat(streams.count()).isEqualTo(1);
    carrier.taken();
    assertThat(log).containsExactly("ended", "close DRAINING");
    assertThat(streams.count()).isZero();
  }

  @Test
  void listenerThatThrows_costsItsOwnStreamOnly() {
    var thrower =
        new Busy(0) {
          @Override
          public void written() {
            throw new IllegalStateException("a bug");
          }
        };
    carrier.start(new Eager(), thrower);
    carrier.taken();
    carrier.write(new byte[1]);
    assertThat(log).containsExactly("ended", "abort");
    assertThat(streams.count()).isZero();
  }

  @Test
  void connectionThatRunsOutOfMemory_isCut_andNotForgotten() {
    var breaking =
        new Eager() {
          @Override
          public void piece(ByteBuffer bytes, boolean first, boolean last) {
            throw new OutOfMemoryError("in a test");
          }
        };
    carrier.start(breaking, new Busy(0));
    carrier.taken();
    carrier.write(new byte[1]);
    assertThat(log).containsExactly("ended", "abort");
    assertThat(streams.count()).isZero();
  }

  @Test
  void shutdown_endsOpenStreamsAndThoseThatComeLater() {
    var closed = streams.shutdown();
    assertThat(closed).isCompleted();
    carrier.start(new Eager(), new Busy(0));
    carrier.taken();
    assertThat(log).containsExactly("ended", "close DRAINING");
  }
}
