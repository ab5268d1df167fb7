package chatd.engine.feed;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import chatd.core.feed.CloseReason;
import chatd.engine.port.Carrier;
import chatd.engine.port.CarrierListener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A connection whose client reads when the test says so, or at once.
final class FakeCarrier implements Carrier {
  final List<String> received = new ArrayList<>();
  byte @Nullable [] inFlight;
  @Nullable CloseReason ended;
  int pings;
  @Nullable Error pingBreaks;
  private boolean stalls;
  private @Nullable CarrierListener listener;

  /// From now on nothing is accepted before [#accept].
  FakeCarrier stall() {
    stalls = true;
    return this;
  }

  void serve(CarrierListener viewer) {
    listener = viewer;
  }

  @Override
  public void write(byte[] bytes) {
    if (ended != null) {
      return;
    }
    if (inFlight != null) {
      throw new IllegalStateException("two writes in flight");
    }
    inFlight = bytes;
    if (!stalls) {
      accept();
    }
  }

  /// The client takes what is in flight.
  void accept() {
    received.addAll(List.of(new String(requireNonNull(inFlight), US_ASCII).split("\n")));
    inFlight = null;
    requireNonNull(listener).written();
  }

  void answerPing() {
    requireNonNull(listener).progressed();
  }

  @Override
  public void ping() {
    pings++;
    if (pingBreaks != null) {
      throw pingBreaks;
    }
  }

  @Override
  public void end(CloseReason reason) {
    if (ended == null) {
      ended = reason;
      inFlight = null;
      requireNonNull(listener).ended();
    }
  }
}
