package chatd.server.http;

import chatd.core.message.UserId;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// How much each user has going on here at one time.
public final class UserLimits {

  /// What one user may have on one replica: open streams, and requests in progress.
  public record Bounds(int streams, int requests) {
    public static final Bounds DEFAULT = new Bounds(100, 64);
  }

  private final Count streams;
  private final Count requests;

  public UserLimits(Bounds bounds) {
    this.streams = new Count(bounds.streams());
    this.requests = new Count(bounds.requests());
  }

  /// Something that counts until it is closed, once.
  interface Place extends AutoCloseable {
    @Override
    void close();
  }

  /// Lets a request in, or refuses it.
  Place enter(UserId user) {
    return requests.take(user);
  }

  /// Lets a stream open, or refuses it.
  Place openStream(UserId user) {
    return streams.take(user);
  }

  /// Refuses if no stream could be opened now.
  void requireRoomForStream(UserId user) {
    streams.requireRoom(user);
  }

  private static final class Count {
    private final int max;
    private final ConcurrentHashMap<UserId, Integer> taken = new ConcurrentHashMap<>();

    Count(int max) {
      this.max = max;
    }

    Place take(UserId user) {
      taken.compute(
          user,
          (_, count) -> {
            requireRoom(count);
            return count == null ? 1 : count + 1;
          });
      return () -> giveBack(user);
    }

    void requireRoom(UserId user) {
      requireRoom(taken.get(user));
    }

    private void requireRoom(@Nullable Integer count) {
      if ((count == null ? 0 : count) >= max) {
        throw ApiError.TOO_MANY_REQUESTS.asException();
      }
    }

    private void giveBack(UserId user) {
      taken.computeIfPresent(user, (_, count) -> count == 1 ? null : count - 1);
    }
  }
}
