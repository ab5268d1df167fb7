package chatd.engine.feed;

import chatd.core.message.UserId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// In whose name a stream was opened: the user, the token, and when the token expires (null:
/// never).
public record Access(UserId user, UUID token, @Nullable Instant expiresAt) {

  public boolean isExpired(Instant now) {
    return expiresAt != null && !now.isBefore(expiresAt);
  }
}
