package chatd.core.part;

import chatd.core.chat.ChatRow;

/// One attempt of a chat: the history version it continues, and its number there. Ordered; attempt
/// 0 means that none was recorded yet.
public record Episode(long historyVersion, long attempt) implements Comparable<Episode> {

  /// The episode that this row is at.
  public static Episode of(ChatRow row) {
    return new Episode(row.versions().history(), row.versions().attempt());
  }

  @Override
  public int compareTo(Episode other) {
    var byHistory = Long.compare(historyVersion, other.historyVersion);
    return byHistory != 0 ? byHistory : Long.compare(attempt, other.attempt);
  }

  public boolean isLaterThan(Episode other) {
    return compareTo(other) > 0;
  }
}
