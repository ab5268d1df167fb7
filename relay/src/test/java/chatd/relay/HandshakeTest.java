package chatd.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.core.chat.ReplicaId;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HandshakeTest {
  private static final ReplicaId EDGE = new ReplicaId(new UUID(0, 1));
  private static final ReplicaId WORKER = new ReplicaId(new UUID(0, 2));
  private static final ReplicaId STRANGER = new ReplicaId(new UUID(0, 3));
  private static final ClusterSecret SECRET = new ClusterSecret("correct horse");

  private final SplittableRandom random = new SplittableRandom(1);
  private final Handshake.Dialing dialing = dialing(SECRET);
  private final Handshake.Accepting accepting = accepting(SECRET, WORKER);

  @Test
  void oneSecret_agrees_andEachEndKnowsTheOther() {
    var reply = reply(accepting, dialing.hello());
    var proven = (Handshake.Outcome.Proven) dialing.received(reply.message());
    assertThat(reply.next().received(proven.proof())).isEqualTo(new Handshake.Outcome.Agreed(EDGE));
  }

  @Test
  void otherSecretOfTheAcceptingEnd_isRefused() {
    var reply = reply(accepting(new ClusterSecret("wrong"), WORKER), dialing.hello());
    assertThat(dialing.received(reply.message())).isEqualTo(new Handshake.Outcome.Refused());
  }

  @Test
  void otherSecretOfTheDialingEnd_isRefusedByTheOther() {
    var wrong = dialing(new ClusterSecret("wrong"));
    var reply = reply(accepting, wrong.hello());
    assertThat(wrong.received(reply.message())).isEqualTo(new Handshake.Outcome.Refused());
    var guess = ByteBuffer.wrap(new byte[Handshake.Transcript.SIGNATURE_BYTES]);
    assertThat(reply.next().received(guess)).isEqualTo(new Handshake.Outcome.Refused());
  }

  @Test
  void otherReplicaAtTheAddress_saysSo_andTakesNoProof() {
    var reply = reply(accepting(SECRET, STRANGER), dialing.hello());
    assertThat(dialing.received(reply.message().duplicate()))
        .isEqualTo(new Handshake.Outcome.Other(STRANGER));
    assertThat(reply.next().received(ByteBuffer.allocate(32)))
        .isEqualTo(new Handshake.Outcome.Malformed());
  }

  @Test
  void otherReplica_withoutTheSecret_isNotBelieved() {
    var reply = reply(accepting(new ClusterSecret("wrong"), STRANGER), dialing.hello());
    assertThat(dialing.received(reply.message())).isEqualTo(new Handshake.Outcome.Refused());
  }

  @Test
  void signatureOfTheAcceptingEnd_givenBack_isRefused() {
    var reply = reply(accepting, dialing.hello());
    var message = reply.message();
    var signature = message.slice(message.limit() - 32, 32);
    assertThat(reply.next().received(signature)).isEqualTo(new Handshake.Outcome.Refused());
  }

  @Test
  void proofOfAnotherLink_isRefused() {
    var earlier = reply(accepting, dialing.hello());
    var proof = ((Handshake.Outcome.Proven) dialing.received(earlier.message())).proof();
    var later = reply(accepting(SECRET, WORKER), dialing.hello());
    assertThat(later.next().received(proof)).isEqualTo(new Handshake.Outcome.Refused());
  }

  @Test
  void answerWithAnyByteChanged_isNotAgreedTo() {
    var answer = reply(accepting, dialing.hello()).message();
    for (var i = 0; i < answer.limit(); i++) {
      var changed = ByteBuffer.allocate(answer.limit()).put(answer.duplicate()).flip();
      changed.put(i, (byte) (changed.get(i) ^ 1));
      assertThat(dialing.received(changed))
          .isIn(new Handshake.Outcome.Refused(), new Handshake.Outcome.Malformed());
    }
  }

  @Test
  void messagesOfAnyOtherLength_areMalformed() {
    var awaiting = reply(accepting, dialing.hello()).next();
    for (var length : new int[] {0, 1, 31, 33, 64, 66, 80, 82, 200}) {
      assertThat(accepting.received(ByteBuffer.allocate(length)))
          .isEqualTo(new Handshake.Outcome.Malformed());
      assertThat(dialing.received(ByteBuffer.allocate(length)))
          .isEqualTo(new Handshake.Outcome.Malformed());
      assertThat(awaiting.received(ByteBuffer.allocate(length)))
          .isEqualTo(new Handshake.Outcome.Refused());
    }
  }

  @Test
  void laterVersionOfTheDialingEnd_isAnsweredWithOurs() {
    var hello = dialing.hello();
    hello.put(0, (byte) 9);
    assertThat(reply(accepting, hello).message().get(0)).isEqualTo(Handshake.VERSION);
  }

  @Test
  void noMessage_isLongerThanItMayBe() {
    var reply = reply(accepting, dialing.hello());
    assertThat(dialing.hello().remaining()).isLessThanOrEqualTo(Handshake.MESSAGE_BYTES_MAX);
    assertThat(reply.message().remaining()).isLessThanOrEqualTo(Handshake.MESSAGE_BYTES_MAX);
  }

  @Test
  void secret_isShownNowhere_andIsNotEmpty() {
    assertThat(dialing.toString()).doesNotContain("horse");
    assertThatThrownBy(() -> new ClusterSecret("")).isInstanceOf(IllegalArgumentException.class);
  }

  private static Handshake.Outcome.Reply reply(Handshake.Accepting end, ByteBuffer hello) {
    return (Handshake.Outcome.Reply) end.received(hello);
  }

  private Handshake.Dialing dialing(ClusterSecret secret) {
    return new Handshake.Dialing(secret, EDGE, WORKER, nonce());
  }

  private Handshake.Accepting accepting(ClusterSecret secret, ReplicaId me) {
    return new Handshake.Accepting(secret, me, nonce());
  }

  private byte[] nonce() {
    var nonce = new byte[Handshake.NONCE_BYTES];
    random.nextBytes(nonce);
    return nonce;
  }
}
