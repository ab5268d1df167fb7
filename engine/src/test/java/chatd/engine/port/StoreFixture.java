package chatd.engine.port;

import chatd.core.chat.ReplicaId;
import chatd.core.message.ChatId;
import chatd.core.message.Message;
import chatd.core.message.QueuedMessage;
import chatd.core.message.UserId;
import java.util.List;

/// A deployment under test: its stores, and what a contract needs to know about them.
public interface StoreFixture {
  ChatStore store();

  ReplicaDirectory directory();

  ChatChanges changes();

  UserId newUser();

  /// Makes the session lock of a replica look held or free to the others.
  void holdLock(ReplicaId replica, boolean held);

  /// Declares the replica dead without giving its chats back, as if all of them had been locked.
  void forget(ReplicaId replica);

  /// What the model requests for this chat have cost.
  ChatLists.Cost cost(ChatId chat);

  ModelDirectory models();

  /// What viewers must get for this message.
  byte[] encoded(ChatId chat, Message message);

  byte[] encodedQueue(ChatId chat, List<QueuedMessage> queue);
}
