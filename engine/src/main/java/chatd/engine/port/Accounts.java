package chatd.engine.port;

import chatd.core.message.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// People and the tokens they sign in with. Tokens are known by their hash only. Every call throws
/// [StoreException] on a fault.
public interface Accounts {

  /// Who holds the token with this SHA-256 hash, unless it has expired. Notes, to the minute, that
  /// it was used.
  Optional<Session> session(byte[] tokenHash);

  Optional<User> find(UserId user);

  Optional<User> find(String username);

  /// People in the order in which they were added.
  People list(int limit, long offset);

  /// Adds a person. Empty: the name or the address is taken.
  Optional<User> create(NewUser user);

  /// Makes sure that the administrator exists and that this token is theirs. `isOnly`: those that
  /// were given here before end, as they were replaced, maybe because somebody got hold of one.
  /// Tokens that people made stay.
  User ensureAdministrator(byte[] tokenHash, boolean isOnly);

  /// Makes a token for a person. Empty: they have `max` that are valid already.
  Optional<Token> issue(UserId user, byte[] hash, NewToken token, int max);

  /// The valid tokens that were made for a person, oldest first.
  List<Token> tokens(UserId user);

  /// Ends a token that was made for this person. False: there is none with this id.
  boolean revoke(UserId user, UUID token);

  /// `tokenId` tells sessions of one user apart; `expiresAt` null: never.
  record Session(UUID tokenId, User user, @Nullable Instant expiresAt) {}

  record User(
      UserId id,
      String username,
      @Nullable String name,
      String email,
      boolean administrator,
      Instant createdAt,
      Instant updatedAt) {}

  record NewUser(String username, String email, boolean administrator) {}

  /// Some of the `count` people there are.
  record People(List<User> users, long count) {
    public People {
      users = List.copyOf(users);
    }
  }

  record NewToken(String name, Duration lifetime) {}

  record Token(
      UUID id, String name, Instant createdAt, Instant expiresAt, @Nullable Instant lastUsedAt) {}
}
