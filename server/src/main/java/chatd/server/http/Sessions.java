package chatd.server.http;

import chatd.engine.port.Accounts;
import chatd.engine.port.Accounts.Session;
import chatd.engine.port.Time;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The sessions behind tokens. One that was found is remembered for two seconds, so that a client
/// that asks much costs the database little; one that was not found never is.
final class Sessions {
  private static final Duration REMEMBERED = Duration.ofSeconds(2);
  private static final int REMEMBERED_MAX = 10_000;

  private final Accounts accounts;
  private final Time time;
  private final Map<ByteBuffer, Found> remembered = new HashMap<>();

  private record Found(Session session, long atNanos) {}

  Sessions(Accounts accounts, Time time) {
    this.accounts = accounts;
    this.time = time;
  }

  /// The session of this token, if it has one that has not expired.
  Optional<Session> find(String token) {
    var hash = Sha256.of(token.getBytes(StandardCharsets.UTF_8));
    var known = recall(ByteBuffer.wrap(hash));
    if (known != null) {
      return Optional.of(known);
    }
    var asked = time.nanos();
    var found = accounts.session(hash);
    found.ifPresent(session -> remember(ByteBuffer.wrap(hash), new Found(session, asked)));
    return found;
  }

  /// The token has ended: this replica need not find out.
  void forget(UUID token) {
    synchronized (remembered) {
      remembered.values().removeIf(found -> found.session().tokenId().equals(token));
    }
  }

  private @Nullable Session recall(ByteBuffer hash) {
    synchronized (remembered) {
      var found = remembered.get(hash);
      if (found == null) {
        return null;
      }
      var expiry = found.session().expiresAt();
      var isFresh =
          time.nanos() - found.atNanos() < REMEMBERED.toNanos()
              && (expiry == null || time.now().isBefore(expiry));
      if (!isFresh) {
        remembered.remove(hash);
      }
      return isFresh ? found.session() : null;
    }
  }

  private void remember(ByteBuffer hash, Found found) {
    synchronized (remembered) {
      if (remembered.size() >= REMEMBERED_MAX) {
        remembered.clear(); // They would be asked for again in two seconds anyway.
      }
      remembered.put(hash, found);
    }
  }
}
