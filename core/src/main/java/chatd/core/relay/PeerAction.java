package chatd.core.relay;

import chatd.core.message.ChatId;
import java.util.List;
import java.util.Set;

/// What is to be done about a peer.
public sealed interface PeerAction {

  /// Dial, and answer under this number.
  record Dial(long dial) implements PeerAction {}

  /// Give the dialling up. Its result may still come.
  record CancelDial(long dial) implements PeerAction {}

  record CloseLink(long dial) implements PeerAction {}

  /// Open these streams, in one write, each after what its mirror has at that moment.
  record Open(long dial, List<Long> streams) implements PeerAction {
    public Open {
      streams = List.copyOf(streams);
    }
  }

  record CloseStream(long dial, long stream) implements PeerAction {}

  record Ping(long dial) implements PeerAction {}

  /// Find out, for all these chats at once, who owns them now.
  record AskOwners(Set<ChatId> chats) implements PeerAction {
    public AskOwners {
      chats = Set.copyOf(chats);
    }
  }

  /// The peer has another secret. Nothing comes from it until that is put right.
  record TellRefused() implements PeerAction {}

  /// Dialling took too long. It will be tried again.
  record TellUnanswered() implements PeerAction {}
}
