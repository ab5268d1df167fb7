package chatd.engine.feed;

import chatd.engine.loop.BoundedTasks;
import chatd.engine.port.StoreException;
import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// Readings that several viewers need: each is made once for all who ask while it is made, is tried
/// again while the database is in trouble, and may be kept for those who ask later.
final class SharedReads<K, V> {
  private static final Duration BACKOFF_FIRST = Duration.ofMillis(100);
  private static final int BACKOFF_DOUBLINGS = 5;

  private final ReentrantLock lock = new ReentrantLock();
  private final Function<K, V> read;
  private final Kept<V> kept;
  private final BoundedTasks tasks;
  private final Time time;
  private final Telemetry telemetry;
  private final Map<K, CompletableFuture<V>> inFlight = new HashMap<>();
  private final LinkedHashMap<K, V> recent = new LinkedHashMap<>(16, 0.75f, true);
  private long recentBytes;

  /// What an answer takes in memory, and how much all that are kept may take.
  record Kept<V>(ToLongFunction<V> bytes, long bytesMax) {
    static <V> Kept<V> nothing() {
      return new Kept<>(_ -> 1, 0);
    }
  }

  SharedReads(
      Function<K, V> read, Kept<V> kept, BoundedTasks tasks, Time time, Telemetry telemetry) {
    this.read = read;
    this.kept = kept;
    this.tasks = tasks;
    this.time = time;
    this.telemetry = telemetry;
  }

  /// The answer, now or later. It fails only by a bug.
  CompletableFuture<V> request(K key) {
    CompletableFuture<V> answer;
    lock.lock();
    try {
      var known = recent.get(key);
      if (known != null) {
        return CompletableFuture.completedFuture(known);
      }
      var made = inFlight.get(key);
      if (made != null) {
        return made;
      }
      answer = new CompletableFuture<>();
      inFlight.put(key, answer);
    } finally {
      lock.unlock();
    }
    tasks.start(() -> fly(key, answer, 0));
    return answer;
  }

  /// Bytes of the answers kept.
  long bytes() {
    lock.lock();
    try {
      return recentBytes;
    } finally {
      lock.unlock();
    }
  }

  private void fly(K key, CompletableFuture<V> answer, int failures) {
    try {
      var value = read.apply(key);
      land(key, value);
      answer.complete(value);
    } catch (StoreException trouble) {
      telemetry.trouble("reading for a viewer", trouble);
      var delay = BACKOFF_FIRST.multipliedBy(1L << Math.min(failures, BACKOFF_DOUBLINGS));
      time.after(delay, () -> tasks.start(() -> fly(key, answer, failures + 1)));
    } catch (RuntimeException | Error bug) {
      abandon(key);
      answer.completeExceptionally(bug);
    }
  }

  private void land(K key, V value) {
    lock.lock();
    try {
      inFlight.remove(key);
      var bytes = kept.bytes().applyAsLong(value);
      if (bytes <= kept.bytesMax()) {
        recent.put(key, value);
        recentBytes += bytes;
        dropOldest();
      }
    } finally {
      lock.unlock();
    }
  }

  private void dropOldest() {
    var oldest = recent.entrySet().iterator();
    while (recentBytes > kept.bytesMax()) {
      recentBytes -= kept.bytes().applyAsLong(oldest.next().getValue());
      oldest.remove();
    }
  }

  private void abandon(K key) {
    lock.lock();
    try {
      inFlight.remove(key);
    } finally {
      lock.unlock();
    }
  }
}
