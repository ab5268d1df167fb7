package chatd.core.chat;

/// What a running chat is doing, for people to see. If several apply, the first counts.
public enum Phase {
  INTERRUPTING,
  QUEUED,
  RETRYING,
  TOOLS,
  GENERATING
}
