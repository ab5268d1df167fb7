package chatd.sim;

import chatd.core.feed.CloseReason;
import chatd.engine.port.Carrier;
import chatd.engine.port.CarrierListener;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One connection of a client to a replica, with a way in between. The client may read nothing for
/// a while, and may vanish with and without the replica being told.
final class Socket implements Carrier {
  private final World world;
  private final Replica process;
  private final Consumer<byte[]> received;
  private final Consumer<CloseReason> closed;
  private @Nullable CarrierListener listener;
  private byte @Nullable [] inFlight;
  private boolean isHere;
  private boolean isEnded;
  private boolean isToldEnd;

  /// What ended it, as far as the replica knows.
  @Nullable CloseReason reason;

  /// Whether the client reads nothing.
  boolean isStalled;

  /// Whether the client is gone.
  boolean isClientGone;

  /// `received` and `closed` are the client's ears.
  Socket(World world, Replica process, Consumer<byte[]> received, Consumer<CloseReason> closed) {
    this.world = world;
    this.process = process;
    this.received = received;
    this.closed = closed;
  }

  void serve(CarrierListener serves) {
    listener = serves;
    if (isEnded) {
      tellEnd();
    }
  }

  @Override
  public void write(byte[] bytes) {
    if (isEnded) {
      return;
    }
    world.checks.that(
        inFlight == null, Promise.P12, () -> process.name() + " writes twice at once to a viewer");
    inFlight = bytes;
    isHere = false;
    world.clock.after(
        world.wayNanos(),
        () -> {
          isHere = true;
          accept();
        });
  }

  /// The client takes what has come.
  private void accept() {
    var bytes = inFlight;
    if (bytes == null || !isHere || isStalled || isClientGone || isEnded || listener == null) {
      return;
    }
    inFlight = null;
    received.accept(bytes);
    process.run(listener::written);
  }

  void stall(boolean isOn) {
    isStalled = isOn;
    accept();
  }

  @Override
  public void ping() {
    world.clock.after(
        world.wayNanos(),
        () -> {
          if (!isStalled && !isClientGone && !isEnded && listener != null) {
            process.run(listener::progressed);
          }
        });
  }

  @Override
  public void end(CloseReason why) {
    if (!isEnded) {
      isEnded = true;
      reason = why;
      var unread = inFlight;
      var wasHere = isHere;
      inFlight = null;
      world.clock.after(
          world.wayNanos(),
          () -> {
            if (!isClientGone) {
              isClientGone = true;
              if (unread != null && wasHere && !isStalled) {
                received.accept(unread);
              }
              closed.accept(why);
            }
          });
      tellEnd();
    }
  }

  /// The client is gone, and so is the connection; the replica is told, unless `isSilent`.
  void vanish(boolean isSilent) {
    isClientGone = true;
    if (!isSilent) {
      world.clock.after(
          world.wayNanos(),
          () -> {
            isEnded = true;
            inFlight = null;
            tellEnd();
          });
    }
  }

  boolean isOpen() {
    return !isEnded && !isClientGone && process.exists();
  }

  private void tellEnd() {
    var hears = listener;
    if (!isToldEnd && hears != null) {
      isToldEnd = true;
      process.run(hears::ended);
    }
  }
}
