package chatd.server.stream;

import chatd.core.feed.CloseReason;
import chatd.engine.port.Carrier;
import chatd.engine.port.CarrierListener;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives what one viewer is sent to its connection, piece by piece.
///
/// **Threads.** Calls come from the engine, from threads that complete a write, and from threads
/// that read the connection. Each only notes under the lock what happened. One of them at a time
/// then drives: it takes the next step under the lock, lets go, performs it, and looks again until
/// nothing is left. Whoever comes meanwhile leaves at once, because the driver will see the note.
/// So nothing foreign runs under the lock, the listener hears one thing at a time and in order, and
/// a write that completes inside its own call is a turn of the loop and not a deeper stack.
final class PieceCarrier implements Carrier {

  private static final Logger LOG = LoggerFactory.getLogger(PieceCarrier.class);

  private final Delivery delivery;
  private final Scheduler scheduler;
  private final OpenStreams streams;
  private boolean driven = true; // until `start`: before that nobody could hear of it
  private @Nullable Outlet outlet;
  private @Nullable CarrierListener listener;
  private Scheduler.@Nullable Task deadline; // only the driver touches it

  /// With `controlFrames`, pings are frames of their own, as [Delivery] explains.
  PieceCarrier(boolean controlFrames, Scheduler scheduler, OpenStreams streams) {
    this.delivery = new Delivery(controlFrames);
    this.scheduler = scheduler;
    this.streams = streams;
  }

  /// Joins the carrier to its connection and to whoever is served on it. What was asked before is
  /// done from now on; sending begins with the first [#taken], when the connection is open.
  void start(Outlet connection, CarrierListener served) {
    synchronized (this) {
      outlet = connection;
      listener = served;
      driven = false;
    }
    streams.add(this);
    drive();
  }

  @Override
  public void write(byte[] bytes) {
    note(() -> delivery.write(bytes));
  }

  @Override
  public void ping() {
    note(delivery::ping);
  }

  @Override
  public void end(CloseReason reason) {
    note(() -> delivery.end(reason));
  }

  /// The connection took what it was given last, or is open now.
  void taken() {
    note(delivery::taken);
  }

  /// The client answered a ping.
  void answered() {
    note(delivery::answered);
  }

  /// The client said goodbye; the connection answers it by itself.
  void clientClosed() {
    note(delivery::clientClosed);
  }

  /// The connection failed.
  void broken() {
    note(delivery::broken);
  }

  /// The connection does not exist any more.
  void gone() {
    note(delivery::gone);
  }

  private void note(Runnable happened) {
    synchronized (this) {
      happened.run();
    }
    drive();
  }

  private void drive() {
    Outlet connection;
    CarrierListener served;
    synchronized (this) {
      if (driven || outlet == null || listener == null) {
        return;
      }
      driven = true;
      connection = outlet;
      served = listener;
    }
    for (var step = next(); step != null; step = next()) {
      try {
        perform(step, connection, served);
      } catch (RuntimeException | Error bug) {
        // Also when memory ran out: nobody else would ever drive this stream again.
        LOG.error("A stream is cut, because {} failed.", step, bug);
        synchronized (this) {
          delivery.broken();
        }
      }
    }
  }

  private synchronized Delivery.@Nullable Step next() {
    var step = delivery.next();
    driven = step != null;
    return step;
  }

  private void perform(Delivery.Step step, Outlet connection, CarrierListener served) {
    switch (step) {
      case Delivery.Step.TellProgressed() -> served.progressed();
      case Delivery.Step.TellWritten() -> served.written();
      case Delivery.Step.TellEnded() -> {
        deadline = scheduler.schedule(connection::abort, streams.goodbye());
        served.ended();
      }
      case Delivery.Step.SendPiece(var bytes, var first, var last) ->
          connection.piece(bytes, first, last);
      case Delivery.Step.SendPing() -> connection.ping();
      case Delivery.Step.Close(var reason) -> connection.close(reason);
      case Delivery.Step.Abort() -> connection.abort();
      case Delivery.Step.Forget() -> {
        if (deadline != null) {
          deadline.cancel();
        }
        streams.remove(this);
      }
    }
  }
}
