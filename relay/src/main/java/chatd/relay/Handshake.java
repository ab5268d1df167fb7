package chatd.relay;

import chatd.core.chat.ReplicaId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.UUID;

/// How two replicas prove to each other that they are of one deployment, and who they are.
///
/// Three messages: the dialling end says who it is, whom it means, and something random; the
/// accepting end says who it is, something random, and signs all of it; the dialling end signs it
/// too. What is signed names the end that signs, so neither signature can be given back as the
/// other, and both random values, so none is good for another link.
///
/// Whoever answers in the place of the one that was meant says so under its signature. Nobody
/// without the secret can make a replica be taken for gone.
sealed interface Handshake {

  /// The protocol spoken after the handshake: the newest that both ends know.
  byte VERSION = 1;

  int NONCE_BYTES = 32;

  /// No message of a handshake is longer.
  int MESSAGE_BYTES_MAX = 256;

  /// What a message led to.
  sealed interface Outcome {

    /// It goes on: send this, and give the next message to `next`.
    record Reply(ByteBuffer message, Handshake next) implements Outcome {}

    /// The other end is `peer`. Nothing needs to be sent.
    record Agreed(ReplicaId peer) implements Outcome {}

    /// The other end is the one that was meant. It is waiting for `proof`.
    record Proven(ByteBuffer proof) implements Outcome {}

    /// The other end does not have the same secret.
    record Refused() implements Outcome {}

    /// The other end is of this deployment, but not the replica that was meant.
    record Other(ReplicaId id) implements Outcome {}

    /// The other end does not speak like a replica.
    record Malformed() implements Outcome {}
  }

  Outcome received(ByteBuffer message);

  /// The end that dialled, which speaks first: [#hello].
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Dialing(ClusterSecret secret, ReplicaId me, ReplicaId peer, byte[] nonce)
      implements Handshake {

    ByteBuffer hello() {
      var message = ByteBuffer.allocate(1 + 2 * Ids.BYTES + NONCE_BYTES);
      message.put(VERSION);
      Ids.put(message, me);
      Ids.put(message, peer);
      return message.put(nonce).flip();
    }

    @Override
    public Outcome received(ByteBuffer message) {
      if (message.remaining() != 1 + Ids.BYTES + NONCE_BYTES + Transcript.SIGNATURE_BYTES) {
        return new Outcome.Malformed();
      }
      var version = message.get();
      var answering = Ids.get(message);
      var theirs = new byte[NONCE_BYTES];
      message.get(theirs);
      if (version < 1 || version > VERSION) {
        return new Outcome.Malformed();
      }
      var transcript = new Transcript(version, me, peer, answering, nonce, theirs);
      if (!transcript.isSigned(secret, Transcript.ACCEPTING, message)) {
        return new Outcome.Refused();
      }
      return answering.equals(peer)
          ? new Outcome.Proven(ByteBuffer.wrap(transcript.sign(secret, Transcript.DIALING)))
          : new Outcome.Other(answering);
    }
  }

  /// The end that was dialled, before it has heard anything.
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Accepting(ClusterSecret secret, ReplicaId me, byte[] nonce) implements Handshake {
    @Override
    public Outcome received(ByteBuffer message) {
      if (message.remaining() != 1 + 2 * Ids.BYTES + NONCE_BYTES || message.get(0) < 1) {
        return new Outcome.Malformed();
      }
      var version = (byte) Math.min(VERSION, message.get());
      var dialing = Ids.get(message);
      var meant = Ids.get(message);
      var theirs = new byte[NONCE_BYTES];
      message.get(theirs);
      var transcript = new Transcript(version, dialing, meant, me, theirs, nonce);
      var answer = ByteBuffer.allocate(1 + Ids.BYTES + NONCE_BYTES + Transcript.SIGNATURE_BYTES);
      answer.put(version);
      Ids.put(answer, me);
      answer.put(nonce).put(transcript.sign(secret, Transcript.ACCEPTING)).flip();
      return new Outcome.Reply(answer, new Awaiting(secret, transcript));
    }
  }

  /// The end that was dialled, while it waits for the proof.
  record Awaiting(ClusterSecret secret, Transcript transcript) implements Handshake {
    @Override
    public Outcome received(ByteBuffer message) {
      if (!transcript.meant().equals(transcript.answering())) {
        return new Outcome.Malformed(); // It was told that it has come to the wrong one.
      }
      return transcript.isSigned(secret, Transcript.DIALING, message)
          ? new Outcome.Agreed(transcript.dialing())
          : new Outcome.Refused();
    }
  }

  /// All that was said, as both ends sign it.
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Transcript(
      byte version,
      ReplicaId dialing,
      ReplicaId meant,
      ReplicaId answering,
      byte[] dialingNonce,
      byte[] answeringNonce) {
    static final byte DIALING = 'D';
    static final byte ACCEPTING = 'A';
    static final int SIGNATURE_BYTES = 32;

    byte[] sign(ClusterSecret secret, byte end) {
      var text = ByteBuffer.allocate(2 + 3 * Ids.BYTES + 2 * NONCE_BYTES);
      text.put(end).put(version);
      Ids.put(text, dialing);
      Ids.put(text, meant);
      Ids.put(text, answering);
      return secret.sign(text.put(dialingNonce).put(answeringNonce).array());
    }

    boolean isSigned(ClusterSecret secret, byte end, ByteBuffer signature) {
      var given = new byte[signature.remaining()];
      signature.get(given);
      return MessageDigest.isEqual(given, sign(secret, end)); // In constant time.
    }
  }

  /// Replica ids as bytes.
  final class Ids {
    static final int BYTES = 16;

    private Ids() {}

    static void put(ByteBuffer buffer, ReplicaId id) {
      buffer.putLong(id.value().getMostSignificantBits());
      buffer.putLong(id.value().getLeastSignificantBits());
    }

    static ReplicaId get(ByteBuffer buffer) {
      return new ReplicaId(new UUID(buffer.getLong(), buffer.getLong()));
    }
  }
}
