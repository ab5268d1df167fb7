package chatd.server.http;

import chatd.core.message.ChatId;
import chatd.engine.port.ChatLists;
import chatd.engine.port.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notes that a chat was looked at.
final class ReadMarks {
  private static final Logger LOG = LoggerFactory.getLogger(ReadMarks.class);

  private final ChatLists lists;

  ReadMarks(ChatLists lists) {
    this.lists = lists;
  }

  /// Everything in the chat is read by now.
  void move(ChatId chat) {
    lists.markRead(chat);
  }

  /// Likewise, for a caller that must not wait.
  void moveLater(ChatId chat) {
    Thread.ofVirtual()
        .name("read-mark")
        .start(
            () -> {
              try {
                move(chat);
              } catch (StoreException failure) {
                // The next time the chat is opened moves the mark, too.
                LOG.debug("The read mark of chat {} was not moved.", chat, failure);
              }
            });
  }
}
