package chatd.engine.fake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import chatd.core.feed.CloseReason;
import chatd.engine.port.Carrier;
import chatd.engine.port.CarrierListener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A connection whose client reads when the test says so, or at once.
public final class FakeCarrier implements Carrier {
  /// The lines that the client has read.
  public final List<String> received = new ArrayList<>();

  public byte @Nullable [] inFlight;
  public @Nullable CloseReason ended;
  public int pings;

  /// What the next pings fail with.
  public @Nullable Error pingBreaks;

  private boolean stalls;
  private @Nullable CarrierListener listener;

  /// From now on nothing is accepted before [#accept].
  public FakeCarrier stall() {
    stalls = true;
    return this;
  }

  public void serve(CarrierListener viewer) {
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

  /// The client takes what is in flight. False if nothing is.
  public boolean accept() {
    if (inFlight == null) {
      return false;
    }
    received.addAll(List.of(new String(inFlight, UTF_8).split("\n")));
    inFlight = null;
    requireNonNull(listener).written();
    return true;
  }

  public void answerPing() {
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
