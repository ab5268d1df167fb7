package chatd.engine.fake;

import chatd.core.chat.ChatFacts.QueueLimits;
import chatd.core.chat.ReplicaId;
import chatd.core.message.ChatId;
import chatd.core.message.Message;
import chatd.core.message.ModelUse;
import chatd.core.message.QueuedMessage;
import chatd.core.message.UserId;
import chatd.engine.port.Chat;
import chatd.engine.port.ChatLists;
import chatd.engine.port.ChatStore;
import chatd.engine.port.ModelDirectory;
import chatd.engine.port.ReplicaDirectory;
import chatd.engine.port.StoreFixture;
import chatd.engine.port.Time;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/// A deployment in memory. Its encoding is for comparing only.
public final class InMemoryFixture implements StoreFixture, MessageEncoder {
  private final InMemoryDatabase database;
  private final ChatStore store;
  private final ReplicaDirectory directory;
  private final ModelDirectory models;
  private final InMemoryChatChanges changes;

  public InMemoryFixture(Time time) {
    database = new InMemoryDatabase(time, new QueueLimits(20, 3 << 20));
    store = new InMemoryChatStore(database, this);
    directory = new InMemoryReplicaDirectory(database);
    models = new InMemoryModelDirectory(time);
    changes = new InMemoryChatChanges(database);
  }

  @Override
  public ChatStore store() {
    return store;
  }

  @Override
  public InMemoryChatChanges changes() {
    return changes;
  }

  @Override
  public ReplicaDirectory directory() {
    return directory;
  }

  @Override
  public UserId newUser() {
    var user = new UserId(UUID.randomUUID());
    database.addUser(user, new Chat.Owner("user-" + user, null));
    return user;
  }

  @Override
  public void holdLock(ReplicaId replica, boolean held) {
    database.holdLock(replica, held);
  }

  /// Ends every session of the database, and all locks with them.
  public void restart() {
    database.restart();
  }

  @Override
  public ChatLists.Cost cost(ChatId chat) {
    var uses = database.uses(chat);
    return new ChatLists.Cost(
        uses.stream()
            .map(ModelUse::costMicros)
            .filter(Objects::nonNull)
            .reduce(BigDecimal.ZERO, BigDecimal::add),
        uses.size(),
        uses.stream().filter(use -> use.costMicros() == null).count());
  }

  @Override
  public ModelDirectory models() {
    return models;
  }

  @Override
  public void forget(ReplicaId replica) {
    database.kill(replica);
  }

  @Override
  public byte[] encoded(ChatId chat, Message message) {
    return message(chat, message);
  }

  @Override
  public byte[] encodedQueue(ChatId chat, List<QueuedMessage> queue) {
    return queue(chat, queue);
  }

  @Override
  public byte[] message(ChatId chat, Message message) {
    return (chat + ":" + message).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] queue(ChatId chat, List<QueuedMessage> queue) {
    return (chat + ":" + queue).getBytes(StandardCharsets.UTF_8);
  }
}
