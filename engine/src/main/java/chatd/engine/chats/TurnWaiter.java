package chatd.engine.chats;

import chatd.core.message.ChatId;
import chatd.engine.loop.Pause;
import chatd.engine.port.Chat;
import chatd.engine.port.ChatStore;
import chatd.engine.port.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/// Parks a request until a chat is as it wants it, or a deadline has passed. A hint wakes it, and
/// since hints may be lost it looks again now and then.
public final class TurnWaiter {
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final ChatStore store;
  private final Hints hints;
  private final Time time;

  public TurnWaiter(ChatStore store, Hints hints, Time time) {
    this.store = store;
    this.hints = hints;
    this.time = time;
  }

  /// The chat once `wanted` holds; empty if it does not within `patience`, or the chat is gone.
  public Optional<Chat> await(ChatId chat, Predicate<Chat> wanted, Duration patience)
      throws InterruptedException {
    var deadline = time.nanos() + patience.toNanos();
    var slot = new Slot();
    var subscription = hints.subscribe(chat, _ -> slot.wake());
    try {
      while (true) {
        var pause = slot.renew();
        var found = store.find(chat);
        if (found.isEmpty() || wanted.test(found.get())) {
          return found;
        }
        var left = Duration.ofNanos(deadline - time.nanos());
        if (!left.isPositive()) {
          return Optional.empty();
        }
        pause.await(time, left.compareTo(LOOK) < 0 ? left : LOOK);
      }
    } finally {
      subscription.end();
    }
  }

  /// The pause a hint ends: renewed before each reading, so that none is missed.
  private static final class Slot {
    private volatile Pause pause = new Pause();

    Pause renew() {
      pause = new Pause();
      return pause;
    }

    void wake() {
      pause.end();
    }
  }
}
