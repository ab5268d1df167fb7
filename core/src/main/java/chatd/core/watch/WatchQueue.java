package chatd.core.watch;

import chatd.core.message.ChatId;
import java.util.LinkedHashMap;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// What one who watches has still to be told: of each chat and kind the newest only, in the order
/// of the newest ones.
///
/// @param <E> what is told
public final class WatchQueue<E> {
  private final long bytesMax;
  private final ToIntFunction<E> size;
  private final LinkedHashMap<Key, E> waiting = new LinkedHashMap<>();
  private long bytes;

  private record Key(ChatId chat, WatchKind kind) {}

  /// `size` says what one event takes, in bytes.
  public WatchQueue(long bytesMax, ToIntFunction<E> size) {
    this.bytesMax = bytesMax;
    this.size = size;
  }

  /// Takes the place of an older event of this chat and kind. False: there is no room; then what
  /// waits is not all any more that there is to tell.
  public boolean add(ChatId chat, WatchKind kind, E event) {
    var key = new Key(chat, kind);
    // At the end: what came in between was before this one.
    var older = waiting.remove(key);
    if (older != null) {
      bytes -= size.applyAsInt(older);
    }
    waiting.put(key, event);
    bytes += size.applyAsInt(event);
    return bytes <= bytesMax || waiting.size() == 1;
  }

  /// Takes the oldest; null if nothing waits.
  public @Nullable E next() {
    var first = waiting.pollFirstEntry();
    if (first == null) {
      return null;
    }
    bytes -= size.applyAsInt(first.getValue());
    return first.getValue();
  }

  public boolean isEmpty() {
    return waiting.isEmpty();
  }
}
