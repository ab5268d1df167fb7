package chatd.engine.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import chatd.core.feed.CloseReason;
import chatd.engine.port.Carrier;
import chatd.engine.port.CarrierListener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A connection whose client reads when the test says so, or at once.
final class WatchSocket implements Carrier {
  final List<String> received = new ArrayList<>();
  @Nullable CloseReason ended;
  int pings;
  private boolean stalls;
  private @Nullable String inFlight;
  private @Nullable CarrierListener listener;

  /// From now on nothing is accepted before [#accept].
  WatchSocket stall() {
    stalls = true;
    return this;
  }

  void serve(CarrierListener watcher) {
    listener = watcher;
  }

  @Override
  public void write(byte[] bytes) {
    if (ended != null) {
      return;
    }
    if (inFlight != null) {
      throw new IllegalStateException("two writes in flight");
    }
    inFlight = new String(bytes, UTF_8);
    if (!stalls) {
      accept();
    }
  }

  /// The client takes what is in flight, if anything is.
  boolean accept() {
    if (inFlight == null) {
      return false;
    }
    received.add(inFlight);
    inFlight = null;
    requireNonNull(listener).written();
    return true;
  }

  void answerPing() {
    requireNonNull(listener).progressed();
  }

  @Override
  public void ping() {
    pings++;
  }

  @Override
  public void end(CloseReason reason) {
    if (ended == null) {
      ended = reason;
      requireNonNull(listener).ended();
    }
  }
}
