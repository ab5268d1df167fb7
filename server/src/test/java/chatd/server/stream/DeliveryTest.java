package chatd.server.stream;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.core.feed.CloseReason;
import chatd.server.stream.Delivery.Step;
import org.junit.jupiter.api.Test;

class DeliveryTest {

  private final Delivery frames = new Delivery(true);
  private final Delivery text = new Delivery(false);

  private static void open(Delivery delivery) {
    delivery.taken();
    assertThat(delivery.next()).isNull();
  }

  private static Step.SendPiece piece(Delivery delivery) {
    return requireNonNull((Step.SendPiece) delivery.next());
  }

  @Test
  void write_beforeTheConnectionIsOpen_waits() {
    frames.write(new byte[10]);
    assertThat(frames.next()).isNull();
    frames.taken();
    assertThat(piece(frames).bytes().remaining()).isEqualTo(10);
  }

  @Test
  void write_isCutIntoPieces_oneAtATime() {
    open(frames);
    frames.write(new byte[2 * Delivery.PIECE_BYTES + 1]);
    var first = piece(frames);
    assertThat(first.bytes().remaining()).isEqualTo(Delivery.PIECE_BYTES);
    assertThat(first.bytes().isReadOnly()).isTrue();
    assertThat(first.first()).isTrue();
    assertThat(first.last()).isFalse();
    assertThat(frames.next()).isNull();
    frames.taken();
    assertThat(frames.next()).isEqualTo(new Step.TellProgressed());
    assertThat(piece(frames).first()).isFalse();
    frames.taken();
    frames.next();
    var last = piece(frames);
    assertThat(last.bytes().remaining()).isEqualTo(1);
    assertThat(last.last()).isTrue();
    frames.taken();
    assertThat(frames.next()).isEqualTo(new Step.TellWritten());
    assertThat(frames.next()).isNull();
  }

  @Test
  void write_whileOneIsInFlight_isABugOfTheCaller() {
    frames.write(new byte[1]);
    assertThatThrownBy(() -> frames.write(new byte[1])).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void ping_ofFrames_goesBetweenTwoPiecesAndOnlyOnce() {
    open(frames);
    frames.write(new byte[2 * Delivery.PIECE_BYTES]);
    frames.next();
    frames.ping();
    frames.ping();
    frames.taken();
    assertThat(frames.next()).isEqualTo(new Step.TellProgressed());
    assertThat(frames.next()).isEqualTo(new Step.SendPing());
    frames.ping();
    frames.taken();
    assertThat(piece(frames).last()).isTrue();
  }

  @Test
  void ping_ofFrames_isNoProgressUntilItIsAnswered() {
    open(frames);
    frames.ping();
    assertThat(frames.next()).isEqualTo(new Step.SendPing());
    frames.taken();
    assertThat(frames.next()).isNull();
    frames.answered();
    assertThat(frames.next()).isEqualTo(new Step.TellProgressed());
  }

  @Test
  void ping_ofText_isDroppedDuringAMessage() {
    open(text);
    text.write(new byte[2 * Delivery.PIECE_BYTES]);
    text.next();
    text.ping();
    text.taken();
    assertThat(text.next()).isEqualTo(new Step.TellProgressed());
    assertThat(text.next()).isInstanceOf(Step.SendPiece.class);
  }

  @Test
  void ping_ofText_goesBeforeTheMessageThatCameAfterIt() {
    open(text);
    text.ping();
    text.next();
    text.ping();
    text.write(new byte[1]);
    assertThat(text.next()).isNull();
    text.taken();
    assertThat(text.next()).isEqualTo(new Step.TellProgressed());
    assertThat(text.next()).isInstanceOf(Step.SendPiece.class);
  }

  @Test
  void end_waitsForThePieceInFlightAndGivesUpTheRest() {
    open(frames);
    frames.write(new byte[3 * Delivery.PIECE_BYTES]);
    frames.next();
    frames.end(CloseReason.NO_PROGRESS);
    assertThat(frames.next()).isEqualTo(new Step.TellEnded());
    assertThat(frames.next()).isNull();
    frames.taken();
    assertThat(frames.next()).isEqualTo(new Step.Close(CloseReason.NO_PROGRESS));
    frames.taken();
    assertThat(frames.next()).isNull();
    frames.gone();
    assertThat(frames.next()).isEqualTo(new Step.Forget());
    assertThat(frames.next()).isNull();
  }

  @Test
  void afterTheEnd_nothingIsToldOrSent() {
    open(frames);
    frames.end(CloseReason.GONE);
    frames.next();
    frames.next();
    frames.taken();
    frames.answered();
    frames.write(new byte[1]);
    frames.ping();
    frames.end(CloseReason.INTERNAL_ERROR);
    frames.clientClosed();
    assertThat(frames.next()).isNull();
  }

  @Test
  void clientClosed_isToldAndNotAnsweredFromHere() {
    open(frames);
    frames.clientClosed();
    assertThat(frames.next()).isEqualTo(new Step.TellEnded());
    assertThat(frames.next()).isNull();
    frames.gone();
    assertThat(frames.next()).isEqualTo(new Step.Forget());
  }

  @Test
  void broken_isToldAndAborted() {
    open(frames);
    frames.write(new byte[1]);
    frames.next();
    frames.broken();
    assertThat(frames.next()).isEqualTo(new Step.TellEnded());
    assertThat(frames.next()).isEqualTo(new Step.Abort());
    assertThat(frames.next()).isNull();
  }

  @Test
  void gone_beforeItWasOpen_isTold() {
    frames.write(new byte[1]);
    frames.gone();
    assertThat(frames.next()).isEqualTo(new Step.TellEnded());
    assertThat(frames.next()).isEqualTo(new Step.Forget());
    assertThat(frames.next()).isNull();
  }
}
