package chatd.engine.parts;

import chatd.core.chat.BrokenInvariant;
import chatd.core.message.ChatId;
import chatd.core.part.Episode;
import chatd.core.part.PartLog;
import chatd.engine.loop.Subscription;
import chatd.engine.port.Time;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The newest part log of every chat that is, or just was, generated on this replica.
public final class PartLogs {
  private final Time time;
  private final Limits limits;
  private final ConcurrentHashMap<ChatId, Shelf> shelves = new ConcurrentHashMap<>();
  private final LongAdder numbered = new LongAdder();

  /// `keptAfterSeal`: how long a sealed log can still be read. `bytesMax`: the budget of all logs.
  public record Limits(Duration keptAfterSeal, long bytesMax) {}

  public PartLogs(Time time, Limits limits) {
    this.time = time;
    this.limits = limits;
  }

  /// A new log for an attempt, in place of the chat's older one. It is opened before the attempt is
  /// recorded, so that it exists when the attempt becomes known.
  ///
  /// @throws BrokenInvariant if parts of this episode were numbered here, or a later one was opened
  public PartWriter open(ChatId chat, Episode episode) {
    var log = new PartLog(episode);
    shelves.compute(chat, (_, old) -> old == null ? new Shelf(log) : old.with(log));
    return new PartWriter(this, chat, log);
  }

  /// The newest log of a chat here.
  public @Nullable PartLog newest(ChatId chat) {
    var shelf = shelves.get(chat);
    return shelf == null ? null : shelf.log;
  }

  /// The log of this very episode, if it is here.
  public @Nullable PartLog find(ChatId chat, Episode episode) {
    var log = newest(chat);
    return log != null && log.episode().equals(episode) ? log : null;
  }

  /// Tells `listener` what happens to the chat's logs here from now on.
  public Subscription subscribe(ChatId chat, PartListener listener) {
    shelves.compute(
        chat,
        (_, old) -> {
          var shelf = old == null ? new Shelf(null) : old;
          shelf.listeners.add(listener);
          return shelf;
        });
    return () ->
        shelves.computeIfPresent(
            chat,
            (_, shelf) -> {
              shelf.listeners.remove(listener);
              return shelf.isEmpty() ? null : shelf;
            });
  }

  /// Memory that all logs here take, in bytes.
  public long bytes() {
    return shelves.values().stream().mapToLong(Shelf::bytes).sum();
  }

  /// What they may take before no turn is added.
  public long bytesMax() {
    return limits.bytesMax;
  }

  /// Whether turns may be added. Those that run go on in any case.
  public boolean hasRoom() {
    return bytes() < limits.bytesMax;
  }

  /// How many parts were numbered here so far.
  public long numbered() {
    return numbered.sum();
  }

  void appended(ChatId chat, PartLog log) {
    numbered.increment();
    var shelf = shelves.get(chat);
    if (shelf != null && shelf.log == log) {
      shelf.listeners.forEach(listener -> listener.appended(log.episode()));
    }
  }

  void sealed(ChatId chat, PartLog log) {
    var shelf = shelves.get(chat);
    if (shelf != null && shelf.log == log) {
      shelf.listeners.forEach(listener -> listener.sealed(log.episode()));
    }
    time.after(limits.keptAfterSeal, () -> drop(chat, log));
  }

  private void drop(ChatId chat, PartLog log) {
    shelves.computeIfPresent(chat, (_, shelf) -> shelf.without(log));
  }

  /// What is here of one chat.
  private static final class Shelf {
    private final CopyOnWriteArrayList<PartListener> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable PartLog log;

    Shelf(@Nullable PartLog log) {
      this.log = log;
    }

    Shelf with(PartLog next) {
      var old = log;
      if (old != null) {
        if (old.episode().isLaterThan(next.episode())) {
          throw new BrokenInvariant(next.episode() + " opened after " + old.episode());
        }
        // An attempt whose number was never committed leaves an empty log of the same name.
        if (old.seal() > 0 && old.episode().equals(next.episode())) {
          throw new BrokenInvariant(next.episode() + " opened after parts of it");
        }
      }
      log = next;
      return this;
    }

    @Nullable Shelf without(PartLog old) {
      if (log == old) {
        log = null;
      }
      return isEmpty() ? null : this;
    }

    long bytes() {
      var present = log;
      return present == null ? 0 : present.bytes();
    }

    boolean isEmpty() {
      return log == null && listeners.isEmpty();
    }
  }
}
