package chatd.server.http;

import chatd.core.message.ChatId;
import chatd.engine.port.ChatLists;
import chatd.engine.port.StoreException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notes that a chat was looked at.
final class ReadMarks {
  private static final Logger LOG = LoggerFactory.getLogger(ReadMarks.class);

  private static final Duration GOODBYE = Duration.ofSeconds(2);

  private final ChatLists lists;
  private final Set<ChatId> due = ConcurrentHashMap.newKeySet();

  /// One after the other: when a thousand streams end together, the database has better things to
  /// do.
  private final ExecutorService later =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("read-marks").factory());

  ReadMarks(ChatLists lists) {
    this.lists = lists;
  }

  /// Everything in the chat is read by now.
  void move(ChatId chat) {
    lists.markRead(chat);
  }

  /// Likewise, for a caller that must not wait.
  void moveLater(ChatId chat) {
    if (due.add(chat)) {
      try {
        later.execute(() -> moveNow(chat));
      } catch (RejectedExecutionException _) {
        due.remove(chat); // The server has stopped; the next opening moves the mark, too.
      }
    }
  }

  /// Moves the marks that are due, for a moment at most; none is moved after that.
  void close() {
    later.shutdown();
    try {
      if (!later.awaitTermination(GOODBYE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("Some read marks were not moved.");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void moveNow(ChatId chat) {
    due.remove(chat); // First, so that what is read from now on is not forgotten.
    try {
      move(chat);
    } catch (StoreException failure) {
      // The next time the chat is opened moves the mark, too.
      LOG.debug("The read mark of chat {} was not moved.", chat, failure);
    }
  }
}
