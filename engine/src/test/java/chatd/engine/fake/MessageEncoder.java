package chatd.engine.fake;

import chatd.core.message.ChatId;
import chatd.core.message.Message;
import chatd.core.message.QueuedMessage;
import java.util.List;

/// How an in-memory store encodes what viewers get; the engine itself knows no encoding.
public interface MessageEncoder {
  byte[] message(ChatId chat, Message message);

  byte[] queue(ChatId chat, List<QueuedMessage> queue);
}
