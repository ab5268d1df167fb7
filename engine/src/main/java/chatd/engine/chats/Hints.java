package chatd.engine.chats;

import chatd.core.message.ChatId;
import chatd.engine.loop.Subscription;
import chatd.engine.port.Hint;
import chatd.engine.port.Pubsub;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Tells those who care on this replica that a chat changed. Hints made here arrive at once, those
/// of other replicas through the pubsub, which also carries ours to them.
///
/// Listeners are called on the announcer's thread. They post to a mailbox and return.
public final class Hints implements Pubsub.Listener {
  private final Pubsub pubsub;
  private final ConcurrentHashMap<ChatId, List<Consumer<Hint>>> byChat = new ConcurrentHashMap<>();
  private final List<Consumer<Hint>> forAll = new CopyOnWriteArrayList<>();
  private final List<Runnable> forWork = new CopyOnWriteArrayList<>();
  private final List<Runnable> forResumption = new CopyOnWriteArrayList<>();
  private final List<Runnable> forModels = new CopyOnWriteArrayList<>();

  public Hints(Pubsub pubsub) {
    this.pubsub = pubsub;
  }

  /// Hints of other replicas are heard from now on.
  public void start() {
    pubsub.listen(this);
  }

  /// Calls `listener` with every hint about `chat`.
  public Subscription subscribe(ChatId chat, Consumer<Hint> listener) {
    byChat.compute(
        chat,
        (_, listeners) -> {
          var those = listeners == null ? new CopyOnWriteArrayList<Consumer<Hint>>() : listeners;
          those.add(listener);
          return those;
        });
    return () ->
        byChat.computeIfPresent(
            chat,
            (_, listeners) -> {
              listeners.remove(listener);
              return listeners.isEmpty() ? null : listeners;
            });
  }

  /// Calls `listener` with every hint.
  public Subscription subscribeAll(Consumer<Hint> listener) {
    forAll.add(listener);
    return () -> forAll.remove(listener);
  }

  /// Calls `listener` whenever some chat waits for an owner.
  public Subscription subscribeWork(Runnable listener) {
    forWork.add(listener);
    return () -> forWork.remove(listener);
  }

  /// Calls `listener` when hints of other replicas may have been lost and are heard again.
  public Subscription subscribeResumed(Runnable listener) {
    forResumption.add(listener);
    return () -> forResumption.remove(listener);
  }

  /// Calls `listener` when another replica has changed providers or models.
  public Subscription subscribeModels(Runnable listener) {
    forModels.add(listener);
    return () -> forModels.remove(listener);
  }

  /// Tells the others that providers or models changed. Called after the commit.
  public void announceModels() {
    pubsub.publishModels();
  }

  /// Tells everybody, here and elsewhere. Called after the commit.
  public void announce(Hint hint) {
    hinted(hint);
    pubsub.publish(hint);
  }

  @Override
  public void hinted(Hint hint) {
    byChat.getOrDefault(hint.chat(), List.of()).forEach(listener -> listener.accept(hint));
    forAll.forEach(listener -> listener.accept(hint));
    if (hint.isWork()) {
      forWork.forEach(Runnable::run);
    }
  }

  @Override
  public void modelsChanged() {
    forModels.forEach(Runnable::run);
  }

  @Override
  public void resumed() {
    forResumption.forEach(Runnable::run);
  }
}
