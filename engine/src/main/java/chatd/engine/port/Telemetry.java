package chatd.engine.port;

import chatd.core.message.ChatId;

/// What the loops report of themselves. Implementations are quick and never throw.
public interface Telemetry {

  /// Something that heals by itself went wrong: the store was out of reach, a hint was lost.
  void trouble(String what, Throwable cause);

  /// Something that cannot be, was: a bug. `about` is what is needed to look into it.
  void broken(String about, Throwable cause);

  void turnStarted(ChatId chat);

  void turnEnded(ChatId chat);

  void attemptFailed(ChatId chat, FailedAttempt attempt);
}
