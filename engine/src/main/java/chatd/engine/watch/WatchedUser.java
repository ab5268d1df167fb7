package chatd.engine.watch;

import static java.util.Objects.requireNonNull;

import chatd.core.feed.CloseReason;
import chatd.core.message.UserId;
import chatd.core.watch.WatchedChats;
import chatd.engine.port.ChatChanges;
import chatd.engine.port.ChatChanges.Mark;
import chatd.engine.port.StoreException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The one source of all who watch for one user. All but its beginning belongs to the loop.
final class WatchedUser {
  private final UserId id;
  private final AtomicReference<@Nullable CompletableFuture<ChatChanges.Beginning>> beginning =
      new AtomicReference<>();
  private final Set<Watcher> watchers = new HashSet<>();
  private @Nullable WatchedChats chats;
  private @Nullable Mark mark;
  private boolean spent;

  WatchedUser(UserId id) {
    this.id = id;
  }

  UserId id() {
    return id;
  }

  /// Reads what there is, or waits for somebody who does: whatever is committed afterwards will be
  /// found.
  ///
  /// @throws StoreException on a fault
  void begin(ChatChanges changes, int chatsMax) {
    var mine = new CompletableFuture<ChatChanges.Beginning>();
    var others = beginning.compareAndExchange(null, mine);
    if (others != null) {
      join(others);
      return;
    }
    try {
      mine.complete(changes.begin(id, chatsMax));
    } catch (RuntimeException | Error fault) {
      beginning.set(null);
      mine.completeExceptionally(fault);
      throw fault;
    }
  }

  private static void join(CompletableFuture<ChatChanges.Beginning> reading) {
    try {
      reading.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StoreException fault) {
        throw new StoreException(fault.kind(), String.valueOf(fault.getMessage()), fault);
      }
      throw e;
    }
  }

  void add(Watcher watcher, int chatsMax) {
    if (spent) {
      watcher.carrier().end(CloseReason.RESYNC);
      return;
    }
    if (chats == null) {
      var begun = requireNonNull(beginning.get()).join(); // It is there: who watches waited for it.
      chats = new WatchedChats(chatsMax, begun.chats());
      mark = begun.mark();
    }
    watchers.add(watcher);
  }

  void remove(Watcher watcher) {
    watchers.remove(watcher);
  }

  Set<Watcher> watchers() {
    return watchers;
  }

  /// What was told; null: nobody watches yet.
  @Nullable WatchedChats chats() {
    return spent ? null : chats;
  }

  /// From where on changes are to be looked for; null: nobody watches yet.
  @Nullable Mark mark() {
    return spent ? null : mark;
  }

  void moveTo(Mark next) {
    mark = next;
  }

  /// Nobody can say any more that everything was told: all begin anew.
  void resync() {
    spent = true;
    Set.copyOf(watchers).forEach(watcher -> watcher.carrier().end(CloseReason.RESYNC));
  }
}
