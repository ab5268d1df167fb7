package chatd.engine.feed;

import chatd.core.feed.Framing;
import chatd.core.feed.ViewerAction.Outgoing;
import chatd.core.feed.ViewerAction.Write;
import chatd.core.message.ChatId;
import chatd.engine.port.StreamEncoder;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.IntStream;

/// The bytes last made for each framing: viewers who are equally far share them.
final class NewestWrite {
  private final StreamEncoder encoder;
  private final ChatId chat;
  private final Map<Framing, Made> made = new EnumMap<>(Framing.class);

  @SuppressWarnings("ArrayRecordComponent") // Shared bytes.
  private record Made(Write write, byte[] bytes) {}

  NewestWrite(StreamEncoder encoder, ChatId chat) {
    this.encoder = encoder;
    this.chat = chat;
  }

  byte[] bytes(Framing framing, Write write) {
    var last = made.get(framing);
    if (last != null && isSame(framing, last.write(), write)) {
      return last.bytes();
    }
    var bytes = encoder.encode(framing, chat, write);
    made.put(framing, new Made(write, bytes));
    return bytes;
  }

  /// Keeps nothing for this framing: a viewer has left, and there may be none that shares. What is
  /// kept holds on to the rows and part logs that it was made of.
  void forget(Framing framing) {
    made.remove(framing);
  }

  private static boolean isSame(Framing framing, Write one, Write other) {
    var count = one.events().size();
    if (one.snapshot() != other.snapshot() || count != other.events().size()) {
      return false;
    }
    return IntStream.range(0, count)
        .allMatch(i -> isSame(framing, one.events().get(i), other.events().get(i)));
  }

  private static boolean isSame(Framing framing, Outgoing one, Outgoing other) {
    return switch (framing) {
      case SSE -> one.equals(other);
      case ARRAY, ENVELOPE -> one.event().equals(other.event());
    };
  }
}
