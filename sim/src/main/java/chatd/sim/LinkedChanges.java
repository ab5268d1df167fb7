package chatd.sim;

import chatd.core.message.ChatId;
import chatd.core.message.UserId;
import chatd.engine.port.ChatChanges;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// The changes of chats as one replica reads them.
final class LinkedChanges implements ChatChanges {
  private final ChatChanges changes;
  private final DatabaseLink link;

  LinkedChanges(ChatChanges changes, DatabaseLink link) {
    this.changes = changes;
    this.link = link;
  }

  @Override
  public Beginning begin(UserId user, int chatsMax) {
    return link.read(() -> changes.begin(user, chatsMax));
  }

  @Override
  public Touches since(Map<UserId, Mark> marks, int max) {
    return link.read(() -> changes.since(marks, max));
  }

  @Override
  public List<Found> read(Collection<ChatId> chats) {
    return link.read(() -> changes.read(chats));
  }

  @Override
  public void forgetDeleted() {}
}
