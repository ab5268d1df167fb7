package chatd.engine.port;

import chatd.core.message.ChatId;
import java.time.Duration;

/// What the loops report of themselves. Implementations are quick and never throw.
public interface Telemetry {

  /// Something that heals by itself went wrong: the store was out of reach, a hint was lost.
  void trouble(String what, Throwable cause);

  /// Something that cannot be, was: a bug. `about` is what is needed to look into it.
  void broken(String about, Throwable cause);

  void turnStarted(ChatId chat);

  void turnEnded(ChatId chat);

  void attemptFailed(ChatId chat, FailedAttempt attempt);

  /// The first part of an answer came so long after the model was asked.
  void firstPart(Duration waited);

  /// Something that is only counted. It came about so many times since the last call.
  void happened(Happening what, int times);

  /// What is counted and not told one by one.
  enum Happening {
    /// A step was committed: an answer of the model, or a round of tools.
    STEP_COMMITTED,
    /// A comparison with the database found news of which no hint had come, or not yet.
    HINT_REPAIRED,
    /// A chat was freed from a replica that this one declared dead.
    TAKEOVER,
    /// This replica found itself declared dead.
    LEASE_LOST,
    DIALLED,
    DIAL_FAILED,
    LINK_OPENED,
    /// A link that was open is over, for whatever reason.
    LINK_ENDED,
    /// It ended while parts were wanted on it.
    LINK_CUT
  }
}
