package chatd.bench.chaos;

import chatd.bench.user.Client;
import chatd.bench.user.Dice;
import chatd.bench.user.Judge;
import chatd.bench.user.Reply;
import chatd.bench.user.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Brings requests to any of the replicas. One with a key is repeated elsewhere while nobody knows
/// what became of it, as clients do.
final class Courier {
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final Duration REPEATING_MAX = Duration.ofSeconds(90);
  private static final int UNAVAILABLE = 503;
  private static final int CONFLICT = 409;
  private static final String IN_PROGRESS =
      "A request with this Idempotency-Key is still in progress.";

  private final World world;
  private final String where;
  private int keys;

  Courier(World world, String where) {
    this.world = world;
    this.where = where;
  }

  /// What is known of a request.
  ///
  /// @param reply that settles it; null if there was none
  /// @param lost how many tries came to nothing that is known
  record Outcome(@Nullable Reply reply, int lost) {
    boolean isTaken() {
      return reply != null && reply.isSuccess();
    }

    /// Whether it may have had an effect, or may still have one, without being known to be taken.
    boolean isDoubtful() {
      return !isTaken() && lost > 0;
    }

    int tries() {
      return lost + (reply == null ? 0 : 1);
    }
  }

  Request request(String method, String path) {
    return Request.of(method, path).withToken(world.token());
  }

  /// Asks once.
  Outcome ask(String kind, Request request, Dice dice) {
    var reply = exchange(kind, request, dice);
    return new Outcome(reply, reply == null ? 1 : 0);
  }

  /// Asks under a key of its own until there is an answer, and now and then once more.
  Outcome deliver(String kind, Request plain, Dice dice) throws InterruptedException {
    var request = plain.with("Idempotency-Key: " + where + "-" + nextKey());
    var end = System.nanoTime() + REPEATING_MAX.toNanos();
    var lost = 0;
    while (System.nanoTime() < end) {
      var reply = exchange(kind, request, dice);
      if (reply != null) {
        if (reply.isSuccess() && dice.oneIn(4)) {
          repeat(kind, request, reply, dice);
        }
        return new Outcome(reply, lost);
      }
      lost++;
      Thread.sleep(dice.between(100, 800));
    }
    return new Outcome(null, lost);
  }

  private synchronized int nextKey() {
    return ++keys;
  }

  /// A repeat gets the answer that the first one got.
  private void repeat(String kind, Request request, Reply first, Dice dice) {
    var again = exchange(kind + ", repeated", request, dice);
    if (again != null
        && (again.status() != first.status()
            || !Arrays.equals(again.body(), first.body())
            || !again.header("Idempotency-Replayed").orElse("").equals("true"))) {
      world
          .violations()
          .add(
              Violation.Kind.WRONG_ANSWER,
              where,
              "%s was answered %d %s, and then %d %s"
                  .formatted(kind, first.status(), first.text(), again.status(), again.text()));
    }
  }

  /// One try; null if it is not known what it came to.
  private @Nullable Reply exchange(String kind, Request request, Dice dice) {
    try (var client = new Client(world.anyPort(dice), PATIENCE)) {
      var reply = client.exchange(request);
      world.figures().requests().add(kind, reply.status());
      if (reply.status() == UNAVAILABLE
          || (reply.status() == CONFLICT && Judge.message(reply).equals(IN_PROGRESS))) {
        return null;
      }
      Judge.complaints(request, reply)
          .forEach(what ->
              world.violations().add(Violation.Kind.WRONG_ANSWER, where, kind + ": " + what));
      return reply;
    } catch (IOException _) {
      world.figures().requests().add(kind, 0);
      return null;
    }
  }
}
