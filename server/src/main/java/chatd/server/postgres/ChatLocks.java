package chatd.server.postgres;

import chatd.core.message.ChatId;
import chatd.engine.port.StoreException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Lets this replica have one transaction per chat at a time.
///
/// Requests that wait for a chat wait here, without a connection: otherwise a replica that freezes
/// would leave a queue of them at the row, each of which holds it for its own timeout in turn.
/// Chats share stripes, which costs a rare needless wait.
final class ChatLocks {
  private static final int STRIPES = 1024;

  private final ReentrantLock[] stripes =
      Stream.generate(() -> new ReentrantLock(true)).limit(STRIPES).toArray(ReentrantLock[]::new);
  private final Duration patience;

  ChatLocks(Duration patience) {
    this.patience = patience;
  }

  /// Runs `body` while nobody else here has the chat.
  <T> T with(ChatId chat, Supplier<T> body) {
    var stripe = stripes[Math.floorMod(chat.hashCode(), STRIPES)];
    take(stripe);
    try {
      return body.get();
    } finally {
      stripe.unlock();
    }
  }

  private void take(ReentrantLock stripe) {
    try {
      if (stripe.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "interrupted", e);
    }
    throw new StoreException(
        StoreException.Kind.UNAVAILABLE, "another transaction had the chat for too long");
  }
}
