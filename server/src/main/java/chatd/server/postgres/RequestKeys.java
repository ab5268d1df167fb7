package chatd.server.postgres;

import chatd.engine.port.Outcome;
import chatd.engine.port.RequestKey;
import chatd.engine.port.StoreException;
import chatd.engine.port.StoredAnswer;
import chatd.engine.port.Time;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Gives a request with a key one effect, however often it comes.
///
/// The key is entered with the answer at the end of the transaction of the effect. A repeat runs
/// the same transaction, meets the key, undoes what it did, and gives the recorded answer; while
/// the first is still open it waits at the chat's row or at the key.
final class RequestKeys {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  static final Duration KEPT = Duration.ofHours(24);

  private final Database database;
  private final Time time;

  RequestKeys(Database database, Time time) {
    this.database = database;
    this.time = time;
  }

  private enum Entry {
    MADE,
    TAKEN,
    BUSY
  }

  /// A transaction's result; `entry` is null when no key had to be entered.
  private record Attempt(Outcome outcome, @Nullable Entry entry) {}

  /// Runs `work` as one transaction, at most once with an effect for `key`.
  Outcome once(@Nullable RequestKey key, Database.Work<Outcome> work) {
    return key == null ? database.transaction(work) : onceFor(key, work);
  }

  private Outcome onceFor(RequestKey key, Database.Work<Outcome> work) {
    var start = time.nanos();
    var wait = database.bounds().lock().toNanos();
    while (true) {
      // Each try waits for a lock at most once; the last is the one after which no other fits.
      var isLastTry = time.nanos() - start + 2 * wait >= PATIENCE.toNanos();
      try {
        var answer = attempt(key, work);
        if (answer.isPresent()) {
          return answer.get();
        }
        if (isLastTry) {
          return new Outcome.KeyInUse();
        }
      } catch (StoreException e) {
        if (isLastTry || !Faults.isLockTimeout(e)) {
          throw e;
        }
      }
    }
  }

  /// Empty: whoever has the key is not done.
  private Optional<Outcome> attempt(RequestKey key, Database.Work<Outcome> work) {
    var attempt = database.transaction(connection -> attempt(connection, key, work));
    return switch (attempt.entry()) {
      case MADE -> Optional.of(attempt.outcome());
      case BUSY -> Optional.empty();
      case TAKEN -> find(key);
      case null ->
          // A chat that is gone is gone for a repeat, too.
          attempt.outcome() instanceof Outcome.Missing missing
              ? Optional.of(missing)
              : Optional.of(find(key).orElse(attempt.outcome()));
    };
  }

  private static Attempt attempt(Connection connection, RequestKey key, Database.Work<Outcome> work)
      throws SQLException {
    var outcome = work.on(connection);
    if (!(outcome instanceof Outcome.Done done)) {
      return new Attempt(outcome, null);
    }
    var entry = enter(connection, key, key.answer().apply(done));
    if (entry != Entry.MADE) {
      connection.rollback();
    }
    return new Attempt(outcome, entry);
  }

  private static Entry enter(Connection connection, RequestKey key, StoredAnswer answer)
      throws SQLException {
    try {
      // A key past its time is taken over as if it had been swept.
      return Sql.of(
                      """
                      insert into idempotency_keys as k (user_id, key, fingerprint, status, body)
                      values (?, ?, ?, ?, ?)
                      on conflict (user_id, key) do update
                        set fingerprint = excluded.fingerprint, status = excluded.status,
                          body = excluded.body, created_at = excluded.created_at
                        where k.created_at < clock_timestamp() - make_interval(secs => ?)
                      """,
                      key.user().value(),
                      key.key(),
                      key.fingerprint(),
                      answer.status(),
                      answer.body(),
                      (double) KEPT.toSeconds())
                  .update(connection)
              == 1
          ? Entry.MADE
          : Entry.TAKEN;
    } catch (SQLException e) {
      if (Faults.isLockTimeout(e)) {
        return Entry.BUSY;
      }
      throw e;
    }
  }

  /// What a request with this key was answered, or that the key is another one's.
  Optional<Outcome> find(RequestKey key) {
    return database.single(connection ->
        Sql.of(
                """
                select fingerprint, status, body from idempotency_keys
                where user_id = ? and key = ?
                  and created_at >= clock_timestamp() - make_interval(secs => ?)
                """,
                key.user().value(),
                key.key(),
                (double) KEPT.toSeconds())
            .first(
                connection,
                row ->
                    Arrays.equals(row.getBytes("fingerprint"), key.fingerprint())
                        ? new Outcome.Replayed(
                            new StoredAnswer(row.getInt("status"), row.getBytes("body")))
                        : new Outcome.KeyReused()));
  }
}
