package chatd.sim;

import static java.util.Objects.requireNonNull;

import chatd.core.message.ChatId;
import chatd.core.message.Message;
import chatd.core.message.QueuedMessage;
import chatd.engine.fake.MessageEncoder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the store gives viewers for messages and queues. The same message always has the same
/// bytes, so bytes can be compared.
final class Rows implements MessageEncoder {
  /// One message of so many is long: two of those do not fit into one write to a viewer.
  private static final int LONG_EACH = 4;

  private static final int LONG_BYTES = 40_000;

  private final Map<Long, byte[]> messages = new HashMap<>();
  private final Map<ChatId, Queue> queues = new HashMap<>();

  /// A queue as it was last encoded.
  @SuppressWarnings("ArrayRecordComponent") // Shared bytes.
  record Queue(List<QueuedMessage> entries, byte[] bytes) {}

  @Override
  public byte[] message(ChatId chat, Message message) {
    return messages.computeIfAbsent(
        message.id(),
        id -> {
          var bytes = Texts.bytes(message.toString());
          return id % LONG_EACH == 0 ? Arrays.copyOf(bytes, LONG_BYTES) : bytes;
        });
  }

  @Override
  public byte[] queue(ChatId chat, List<QueuedMessage> queue) {
    var known = queues.get(chat);
    if (known == null || !known.entries().equals(queue)) {
      queues.put(chat, new Queue(List.copyOf(queue), Texts.bytes(queue.toString())));
    }
    return requireNonNull(queues.get(chat)).bytes();
  }

  /// The queue that was encoded last.
  Queue lastQueue(ChatId chat) {
    return requireNonNull(queues.get(chat));
  }
}
