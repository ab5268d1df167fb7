package chatd.engine.port;

import chatd.core.message.ChatId;
import java.time.Duration;
import java.util.UUID;

/// Keeps two from making a new title for one chat at the same time, on whichever replicas they are.
/// Every call throws [StoreException] on a fault.
public interface TitleClaims {

  /// Claims the chat for at most `length`, by the clock of the database, so that one who dies with
  /// a claim leaves none behind. False: somebody has it.
  boolean take(ChatId chat, UUID claim, Duration length);

  /// Gives the claim up, if it is still this one.
  void giveUp(ChatId chat, UUID claim);
}
