package chatd.core.watch;

import chatd.core.chat.ChatRow;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.OpenCall;
import chatd.core.chat.Phase;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One state of a chat, as far as changes of it are reported.
///
/// `status` is one that clients know. `asked` is the revision of the step whose calls wait for the
/// client, 0 if none do.
public record WatchedChat(
    Moment moment,
    ChatStatus status,
    @Nullable Phase phase,
    long asked,
    String title,
    boolean archived) {

  /// Where in the life of the chat this is.
  public record Moment(long snapshot, long history, long attempt) {}

  public static WatchedChat of(ChatRow row, String title) {
    var versions = row.versions();
    return new WatchedChat(
        new Moment(versions.snapshot(), versions.history(), versions.attempt()),
        row.status() == ChatStatus.INTERRUPTING ? ChatStatus.RUNNING : row.status(),
        row.phase(),
        asked(row),
        title,
        row.lifecycle().archived());
  }

  private static long asked(ChatRow row) {
    return row.status() == ChatStatus.REQUIRES_ACTION
        ? row.turn().openCalls().stream()
            .filter(OpenCall::byClient)
            .mapToLong(OpenCall::revision)
            .max()
            .orElse(0)
        : 0;
  }

  /// What those are told who know the chat as it was `before`, in this order.
  List<WatchKind> since(WatchedChat before) {
    List<WatchKind> kinds = new ArrayList<>();
    if (before.archived && !archived) {
      kinds.add(WatchKind.CREATED);
    }
    if (!before.title.equals(title)) {
      kinds.add(WatchKind.TITLE_CHANGE);
    }
    if (before.status != status || before.phase != phase || mayHaveComeBack(before)) {
      kinds.add(WatchKind.STATUS_CHANGE);
    }
    if (asked > before.asked) {
      kinds.add(WatchKind.ACTION_REQUIRED);
    }
    if (!before.archived && archived) {
      kinds.add(WatchKind.DELETED);
    }
    return kinds;
  }

  /// A status that left and came back unseen has moved the history or the attempt on its way, and
  /// took two transactions for it.
  private boolean mayHaveComeBack(WatchedChat before) {
    return moment.snapshot > before.moment.snapshot + 1
        && (moment.history != before.moment.history || moment.attempt != before.moment.attempt);
  }

  /// What those are told who have not heard of the chat.
  List<WatchKind> asNew() {
    if (archived) {
      return List.of(WatchKind.DELETED);
    }
    return asked > 0
        ? List.of(WatchKind.CREATED, WatchKind.ACTION_REQUIRED)
        : List.of(WatchKind.CREATED);
  }
}
