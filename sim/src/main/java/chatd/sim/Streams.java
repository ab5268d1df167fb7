package chatd.sim;

import chatd.core.chat.ReplicaId;
import chatd.core.message.ChatId;
import chatd.engine.port.PartsRelay;
import java.util.HashMap;
import java.util.Map;

/// Counts the streams of parts that a replica has open, by chat.
final class Streams implements PartsRelay {
  private final PartsRelay relay;
  private final Map<ChatId, Integer> open = new HashMap<>();

  Streams(PartsRelay relay) {
    this.relay = relay;
  }

  /// Now open for this chat.
  int open(ChatId chat) {
    return open.getOrDefault(chat, 0);
  }

  int open() {
    return open.values().stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  public Stream open(ReplicaId peer, ChatId chat, Receiver receiver) {
    var stream = relay.open(peer, chat, receiver);
    open.merge(chat, 1, Integer::sum);
    return new Stream() {
      private boolean isClosed;

      @Override
      public long ask() {
        return stream.ask();
      }

      @Override
      public void close() {
        if (!isClosed) {
          isClosed = true;
          open.merge(chat, -1, Integer::sum);
        }
        stream.close();
      }
    };
  }
}
