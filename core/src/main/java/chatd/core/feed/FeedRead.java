package chatd.core.feed;

import chatd.core.chat.ChatRow;
import java.util.List;

/// One reading of a chat for its viewers, all of one database snapshot.
///
/// `rows` and `cuts` are those with a revision (a history version) above the one asked for; rows
/// ascend by id. `queuedMessages` is the encoded array. `lastMessageId` is the largest id of the
/// visible rows, 0 if there are none. `clientCalls` are the open calls that the client must answer.
@SuppressWarnings("ArrayRecordComponent") // Compared by version.
public record FeedRead(
    ChatRow row,
    byte[] queuedMessages,
    List<FeedRow> rows,
    List<Cut> cuts,
    long lastMessageId,
    List<ClientCall> clientCalls) {
  public FeedRead {
    rows = List.copyOf(rows);
    cuts = List.copyOf(cuts);
    clientCalls = List.copyOf(clientCalls);
  }

  /// The reading of a chat that waits for no client.
  public FeedRead(
      ChatRow row, byte[] queuedMessages, List<FeedRow> rows, List<Cut> cuts, long lastMessageId) {
    this(row, queuedMessages, rows, cuts, lastMessageId, List.of());
  }

  /// An edit or a clear: at `historyVersion` every row from `fromId` on was deleted; `fromRevision`
  /// is the revision in which row `fromId` had been inserted.
  public record Cut(long historyVersion, long fromId, long fromRevision) {}
}
