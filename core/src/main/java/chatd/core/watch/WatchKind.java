package chatd.core.watch;

/// What happened to a chat, as those who watch are told.
public enum WatchKind {
  /// The chat is new, or back from the archive.
  CREATED,
  /// The chat was archived, or is gone for good.
  DELETED,
  /// Status or phase changed.
  STATUS_CHANGE,
  TITLE_CHANGE,
  /// The chat waits for tools that the client runs.
  ACTION_REQUIRED
}
