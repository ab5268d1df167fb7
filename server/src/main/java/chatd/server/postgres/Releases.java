package chatd.server.postgres;

import chatd.core.chat.BrokenInvariant;
import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.Release;
import chatd.core.chat.ChatFacts.QueueLimits;
import chatd.core.chat.ChatRow;
import chatd.core.chat.ReplicaId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gives back chats that their owners no longer look after, and goes on with those whose client did
/// not answer.
///
/// Chats are locked in the order of their ids, and those that somebody has locked are left for the
/// next time: one frozen transaction must not hold up all others.
final class Releases {
  private static final int BATCH_MAX = 1000;

  private final Connection connection;
  private final QueueLimits queueLimits;

  Releases(Connection connection, QueueLimits queueLimits) {
    this.connection = connection;
    this.queueLimits = queueLimits;
  }

  /// Sets the replica dead, and gives back what it has.
  List<ChatRow> bury(ReplicaId replica, Release.Why why) throws SQLException {
    Sql.of(
            """
            update replicas set state = 'dead', ended_at = clock_timestamp()
            where id = ? and state <> 'dead'
            """,
            replica.value())
        .update(connection);
    return release(replica, why);
  }

  List<ChatRow> release(ReplicaId replica, Release.Why why) throws SQLException {
    var chats = lock("c.owner = ?", replica.value());
    return new ManyCommands(connection, queueLimits).apply(chats, _ -> new Release(replica, why));
  }

  /// Chats of replicas that are dead or unknown.
  List<ChatRow> releaseOrphans() throws SQLException {
    var chats =
        lock(
            """
            c.owner is not null and not exists (
              select 1 from replicas r where r.id = c.owner and r.state <> 'dead')
            """);
    return new ManyCommands(connection, queueLimits)
        .apply(chats, row -> new Release(owner(row), Release.Why.DIED));
  }

  List<ChatRow> expireActions() throws SQLException {
    // The start of the transaction is a fixed time, so the index serves; the core looks again.
    var chats = lock("c.action_deadline <= now()");
    return new ManyCommands(connection, queueLimits)
        .apply(chats, _ -> new ChatCommand.ExpireActions());
  }

  private List<ChatRows.Locked> lock(String which, @Nullable Object... values) throws SQLException {
    return ChatRows.locked(
            "where " + which + " order by c.id limit " + BATCH_MAX + " for update of c skip locked",
            values)
        .list(connection, ChatRows::locked);
  }

  private static ReplicaId owner(ChatRow row) {
    var ownership = row.ownership();
    if (ownership == null) {
      throw new BrokenInvariant("an orphan without an owner");
    }
    return ownership.replica();
  }
}
