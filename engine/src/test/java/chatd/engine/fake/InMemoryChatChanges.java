package chatd.engine.fake;

import static java.util.Objects.requireNonNull;

import chatd.core.chat.ChatRow;
import chatd.core.message.ChatId;
import chatd.core.message.UserId;
import chatd.core.watch.WatchedChat;
import chatd.engine.port.Chat;
import chatd.engine.port.ChatChanges;
import chatd.engine.port.StoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Changes in memory, numbered when somebody looks. A test says what goes wrong.
public final class InMemoryChatChanges implements ChatChanges {
  private final InMemoryDatabase database;
  private final Map<ChatId, Change> changes = new HashMap<>();
  private long last;

  /// How often chats were read.
  public int reads;

  /// Whether the database is away.
  public boolean isAway;

  /// Whether another database has taken its place, which counts from the beginning.
  public boolean isAnother;

  private long heldBack = Long.MAX_VALUE;

  private record Change(UserId user, long snapshot, long number) {}

  public InMemoryChatChanges(InMemoryDatabase database) {
    this.database = database;
  }

  @Override
  public Beginning begin(UserId user, int chatsMax) {
    synchronized (database) {
      number();
      Map<ChatId, WatchedChat> chats = new LinkedHashMap<>();
      var own =
          changes.entrySet().stream()
              .filter(entry -> entry.getValue().user().equals(user))
              .filter(entry -> database.chats.containsKey(entry.getKey()))
              .sorted((a, b) -> Long.compare(a.getValue().number(), b.getValue().number()))
              .toList();
      own.subList(Math.max(0, own.size() - chatsMax), own.size())
          .forEach(entry -> {
            var chat = requireNonNull(database.chats.get(entry.getKey())).chat;
            chats.put(entry.getKey(), WatchedChat.of(chat.row(), chat.description().title()));
          });
      return new Beginning(mark(), chats);
    }
  }

  @Override
  public Touches since(Map<UserId, Mark> marks, int max) {
    synchronized (database) {
      number();
      List<Touched> touched = new ArrayList<>();
      changes.forEach((chat, change) -> {
        var mark = marks.get(change.user());
        if (mark != null && change.number() >= mark.number()) {
          touched.add(new Touched(change.user(), chat, change.snapshot()));
        }
      });
      var complete = touched.size() <= max;
      return new Touches(mark(), complete, touched.subList(0, Math.min(max, touched.size())));
    }
  }

  @Override
  public List<Found> read(Collection<ChatId> chats) {
    synchronized (database) {
      number();
      reads += chats.size();
      List<Found> found = new ArrayList<>();
      for (var id : chats) {
        var stored = database.chats.get(id);
        if (stored != null) {
          found.add(new Found(stored.chat, false, InMemoryChatStore.clientCalls(stored)));
        } else if (database.deleted.containsKey(id)) {
          found.add(new Found(unarchived(database.deleted.get(id)), true, List.of()));
        }
      }
      return found;
    }
  }

  private static Chat unarchived(Chat chat) {
    var row = chat.row();
    var lifecycle = row.lifecycle();
    return new Chat(
        new ChatRow(
            row.identity(),
            new ChatRow.Lifecycle(lifecycle.status(), false, lifecycle.queued()),
            row.versions(),
            row.ownership(),
            row.turn(),
            row.choice()),
        chat.description(),
        chat.owner(),
        chat.marks());
  }

  @Override
  public void forgetDeleted() {}

  private Mark mark() {
    return new Mark(isAnother ? 0 : Math.min(last + 1, heldBack));
  }

  /// A transaction that changes nothing here is begun and does not end, or ends at last.
  public void holdBack(boolean isOpen) {
    heldBack = isOpen ? last + 1 : Long.MAX_VALUE;
  }

  private void number() {
    if (isAway) {
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "away");
    }
    database.chats.forEach((id, stored) ->
        number(id, stored.row().identity().user(), stored.row().versions().snapshot()));
    database.deleted.forEach(
        (id, chat) -> number(id, chat.row().identity().user(), Long.MAX_VALUE));
  }

  private void number(ChatId id, UserId user, long snapshot) {
    var known = changes.get(id);
    if (known == null || known.snapshot() != snapshot) {
      changes.put(id, new Change(user, snapshot, ++last));
    }
  }
}
