package chatd.server.postgres;

import chatd.core.message.ChatId;
import chatd.engine.port.Hint;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Hints on their way out, the newest of each chat.
final class HintOutbox {
  /// More chats than change in the time of a few round trips. Beyond it hints are lost, which polls
  /// repair.
  private static final int CHATS_MAX = 10_000;

  private final Semaphore news = new Semaphore(0);
  private boolean models;
  private Map<ChatId, Hint> waiting = new LinkedHashMap<>();

  synchronized void add(Hint hint) {
    if (waiting.size() < CHATS_MAX || waiting.containsKey(hint.chat())) {
      waiting.merge(hint.chat(), hint, HintOutbox::newer);
      news.release();
    }
  }

  /// Providers or models changed.
  synchronized void addModels() {
    models = true;
    news.release();
  }

  /// Whether that is still to be told; not any more afterwards.
  synchronized boolean drainModels() {
    var told = models;
    models = false;
    return told;
  }

  private static Hint newer(Hint old, Hint hint) {
    return hint.versions().snapshot() >= old.versions().snapshot() ? hint : old;
  }

  /// Waits for hints, at most for this long.
  void await(Duration patience) throws InterruptedException {
    if (news.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      news.drainPermits();
    }
  }

  /// Ends the wait of whoever waits, as if there were hints.
  void wake() {
    news.release();
  }

  /// Takes all that wait.
  synchronized Collection<Hint> drain() {
    if (waiting.isEmpty()) {
      return List.of();
    }
    var taken = waiting;
    waiting = new LinkedHashMap<>();
    return taken.values();
  }
}
