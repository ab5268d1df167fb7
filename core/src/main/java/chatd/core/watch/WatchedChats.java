package chatd.core.watch;

import chatd.core.message.ChatId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The chats of one user as those who watch them were told last. Each reading of a chat is compared
/// with that.
///
/// At most `chatsMax` are kept, those that changed last. One that was forgotten looks new when it
/// changes: clients merge by id, so they are told too much then and never too little.
public final class WatchedChats {
  private final int chatsMax;

  /// The one that changed last at the end; null: the chat is gone, and that was told.
  private final LinkedHashMap<ChatId, @Nullable WatchedChat> known = new LinkedHashMap<>();

  /// What a reading of a chat means.
  public sealed interface News {
    /// It is told under these kinds, in this order; of nothing that is told there are none.
    record Told(List<WatchKind> kinds) implements News {
      public Told {
        kinds = List.copyOf(kinds);
      }
    }

    /// The database knows less than was told: something committed was lost, and with it perhaps
    /// other changes.
    record Doubt() implements News {}
  }

  private static final News NOTHING = new News.Told(List.of());

  /// Begins with chats as they are now; nothing of that is told.
  public WatchedChats(int chatsMax, Map<ChatId, WatchedChat> chats) {
    this.chatsMax = chatsMax;
    chats.forEach(this::keep);
  }

  /// Whether this snapshot of the chat has to be read: `Long.MAX_VALUE` says that it is gone.
  public boolean isNews(ChatId chat, long snapshot) {
    if (!known.containsKey(chat)) {
      return true;
    }
    var before = known.get(chat);
    return before != null && before.moment().snapshot() != snapshot;
  }

  /// The chat was read.
  public News found(ChatId chat, WatchedChat now) {
    if (!known.containsKey(chat)) {
      keep(chat, now);
      return new News.Told(now.asNew());
    }
    var before = known.get(chat);
    if (before == null || now.moment().snapshot() < before.moment().snapshot()) {
      return new News.Doubt();
    }
    if (now.moment().snapshot() == before.moment().snapshot()) {
      return NOTHING;
    }
    keep(chat, now);
    return new News.Told(now.since(before));
  }

  /// The chat was found among the deleted ones.
  public News deleted(ChatId chat) {
    if (known.containsKey(chat) && known.get(chat) == null) {
      return NOTHING;
    }
    keep(chat, null);
    return new News.Told(List.of(WatchKind.DELETED));
  }

  /// The chat is neither there nor among the deleted ones.
  public News missing(ChatId chat) {
    return known.get(chat) == null ? NOTHING : new News.Doubt();
  }

  private void keep(ChatId chat, @Nullable WatchedChat state) {
    known.remove(chat);
    known.put(chat, state);
    if (known.size() > chatsMax) {
      known.pollFirstEntry();
    }
  }
}
