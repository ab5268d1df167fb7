package chatd.server.stream;

import chatd.core.feed.CloseReason;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// How far one viewer's connection has got, and what has to be done next about it.
///
/// It is told what happened and answers with one step at a time, until there is nothing to do. It
/// is not thread-safe; [PieceCarrier] guards it and performs the steps.
final class Delivery {

  /// The most that is given to a connection at once. Each piece that a connection takes is the only
  /// sign that a slow client still reads, and pings and the end of the stream wait for the next
  /// gap.
  static final int PIECE_BYTES = 16 * 1024;

  /// What to do next.
  sealed interface Step {
    record TellProgressed() implements Step {}

    record TellWritten() implements Step {}

    record TellEnded() implements Step {}

    record SendPiece(ByteBuffer bytes, boolean first, boolean last) implements Step {}

    record SendPing() implements Step {}

    record Close(CloseReason reason) implements Step {}

    record Abort() implements Step {}

    record Forget() implements Step {}
  }

  /// What the connection was given and has not taken yet.
  private enum Pending {
    NOTHING,
    OPENING,
    PIECE,
    PING,
    GOODBYE
  }

  private final boolean controlFrames;
  private Pending pending = Pending.OPENING;
  private byte @Nullable [] message;
  private int given; // bytes of the message that the connection was given
  private boolean pingDue;
  private boolean progressed;
  private boolean written;

  private @Nullable CloseReason ending;
  private boolean broken;
  private boolean gone;
  private boolean toldEnded;
  private boolean saidGoodbye;
  private boolean aborted;
  private boolean forgotten;

  /// With `controlFrames`, a ping goes between two pieces of a message and is answered. Without, it
  /// is text among the text: it goes between messages only, and that it was taken is all there is
  /// to see. A ping is not needed then during a message, whose bytes are a sign of life themselves.
  Delivery(boolean controlFrames) {
    this.controlFrames = controlFrames;
  }

  void write(byte[] bytes) {
    if (isOver()) {
      return;
    }
    if (message != null) {
      throw new IllegalStateException("A write is still in flight.");
    }
    message = bytes;
    given = 0;
  }

  void ping() {
    if (pending != Pending.PING && (controlFrames || message == null)) {
      pingDue = true;
    }
  }

  void end(CloseReason reason) {
    if (!isOver()) {
      ending = reason;
    }
  }

  /// The connection took what it was given, or is open now.
  void taken() {
    switch (pending) {
      case PIECE -> pieceTaken();
      case PING -> progressed |= !controlFrames;
      case NOTHING, OPENING, GOODBYE -> {}
    }
    pending = Pending.NOTHING;
  }

  private void pieceTaken() {
    if (message != null && given == message.length) {
      message = null;
      written = true;
    } else {
      progressed = true;
    }
  }

  /// The client answered a ping.
  void answered() {
    progressed = true;
  }

  /// The client said goodbye. The connection answers it by itself.
  void clientClosed() {
    end(CloseReason.CLIENT_CLOSED);
    saidGoodbye = true;
  }

  /// The connection failed.
  void broken() {
    broken = true;
  }

  /// The connection does not exist any more.
  void gone() {
    gone = true;
  }

  private boolean isOver() {
    return ending != null || broken || gone;
  }

  /// Takes the next step, or nothing if there is none until something happens.
  @Nullable Step next() {
    return isOver() ? nextOfEnd() : nextOfStream();
  }

  private @Nullable Step nextOfStream() {
    if (progressed) {
      progressed = false;
      return new Step.TellProgressed();
    }
    if (written) {
      written = false;
      return new Step.TellWritten();
    }
    if (pending != Pending.NOTHING) {
      return null;
    }
    if (pingDue) {
      pingDue = false;
      pending = Pending.PING;
      return new Step.SendPing();
    }
    return message == null ? null : nextPiece(message);
  }

  private Step nextPiece(byte[] bytes) {
    var from = given;
    var length = Math.min(PIECE_BYTES, bytes.length - from);
    given = from + length;
    pending = Pending.PIECE;
    var piece = ByteBuffer.wrap(bytes, from, length).slice().asReadOnlyBuffer();
    return new Step.SendPiece(piece, from == 0, given == bytes.length);
  }

  private @Nullable Step nextOfEnd() {
    if (!toldEnded) {
      toldEnded = true;
      message = null;
      return new Step.TellEnded();
    }
    if (gone) {
      return forgotten ? null : forget();
    }
    if (broken) {
      return aborted ? null : abort();
    }
    // A goodbye in the middle of a piece would not be understood.
    if (ending == null || saidGoodbye || pending != Pending.NOTHING) {
      return null;
    }
    saidGoodbye = true;
    pending = Pending.GOODBYE;
    return new Step.Close(ending);
  }

  private Step forget() {
    forgotten = true;
    return new Step.Forget();
  }

  private Step abort() {
    aborted = true;
    return new Step.Abort();
  }
}
