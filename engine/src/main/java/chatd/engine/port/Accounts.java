package chatd.engine.port;

import chatd.core.message.UserId;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// People and the tokens they sign in with. Tokens are known by their hash only.
public interface Accounts {

  /// Who holds the token with this SHA-256 hash, unless it has expired.
  Optional<Session> session(byte[] tokenHash);

  Optional<User> find(UserId user);

  /// Makes sure that the administrator exists and that this token is theirs. `isOnly`: those that
  /// were given here before end, as they were replaced, maybe because somebody got hold of one.
  User ensureAdministrator(byte[] tokenHash, boolean isOnly);

  /// `tokenId` tells sessions of one user apart; `expiresAt` null: never.
  record Session(java.util.UUID tokenId, User user, @Nullable Instant expiresAt) {}

  record User(
      UserId id,
      String username,
      @Nullable String name,
      String email,
      boolean administrator,
      Instant createdAt,
      Instant updatedAt) {}
}
