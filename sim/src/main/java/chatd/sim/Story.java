package chatd.sim;

import chatd.core.chat.ChatRow;
import chatd.core.feed.FeedRead;
import chatd.core.feed.FeedRow;
import chatd.core.message.ChatId;
import chatd.core.message.Message;
import chatd.core.message.Role;
import chatd.core.message.UserId;
import chatd.core.part.Episode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Everything that ever was true of one chat, noted transaction by transaction.
final class Story {
  final ChatId id;
  final UserId user;

  /// A short name for people.
  final String name;

  final boolean hasClientTools;

  /// The chat after each transaction, by snapshot version.
  final TreeMap<Long, Moment> moments = new TreeMap<>();

  /// Every message there ever was, by id.
  final TreeMap<Long, Entry> messages = new TreeMap<>();

  /// The parts of every attempt, as they were numbered.
  final Map<Episode, Numbered> numbered = new HashMap<>();

  /// The snapshots in which it was announced of attempts that they had failed.
  final Map<Episode, Long> failedIn = new HashMap<>();

  /// What people sent here and got a good answer for, and what they took back.
  final Set<String> sent = new HashSet<>();

  final Set<String> unsure = new HashSet<>();
  final Set<String> takenBack = new HashSet<>();
  final Set<String> everQueued = new HashSet<>();

  List<FeedRead.Cut> cuts = List.of();
  boolean isDeleted;
  long deletedAt;

  /// When this transaction was, and how it left the chat.
  @SuppressWarnings("ArrayRecordComponent") // Shared bytes.
  record Moment(
      long at, ChatRow row, Rows.Queue queue, List<chatd.core.feed.ClientCall> clientCalls) {}

  /// A message, when it came, and the history version in which it was deleted.
  static final class Entry {
    final Message message;
    final FeedRow row;
    final long at;
    long deletedIn = Long.MAX_VALUE;

    Entry(Message message, FeedRow row, long at) {
      this.message = message;
      this.row = row;
      this.at = at;
    }

    boolean isVisibleAt(long history) {
      return message.revision() <= history && deletedIn > history;
    }
  }

  /// The parts of one attempt: the bytes of each, and the text of those that are text.
  static final class Numbered {
    final List<String> parts = new ArrayList<>();
    final List<Long> at = new ArrayList<>();
    final StringBuilder text = new StringBuilder();
    @Nullable Object log;
  }

  Story(ChatId id, UserId user, String name, boolean hasClientTools) {
    this.id = id;
    this.user = user;
    this.name = name;
    this.hasClientTools = hasClientTools;
  }

  Moment now() {
    return moments.lastEntry().getValue();
  }

  ChatRow row() {
    return now().row();
  }

  List<Entry> visible() {
    return messages.values().stream()
        .filter(entry -> entry.deletedIn == Long.MAX_VALUE)
        .filter(entry -> entry.message.body().role() != Role.SYSTEM)
        .toList();
  }
}
