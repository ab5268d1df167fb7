package chatd.server.postgres;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatFacts;
import chatd.core.chat.ChatFacts.QueueLimits;
import chatd.core.chat.ChatMachine;
import chatd.core.chat.Decision;
import chatd.core.chat.ReplicaId;
import chatd.core.chat.RunId;
import chatd.engine.port.Chat;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Takes due chats for a replica, in two statements however many they are.
final class AcquireChats {
  // Everything is read in the query that locks: only that sees a row as it is once it is locked.
  private static final String DUE =
      ChatRows.SELECT
          + """
          where c.status = 'running' and c.owner is null and c.parent_id is %s
            and exists (select 1 from me)
          order by c.due_since, c.id limit ? for update of c skip locked
          """;

  // The replica's own row is locked first: whoever declares it dead waits for this transaction, or
  // is seen by it. The materialized parts keep the planner from taking more rows than the limits.
  private static final String TAKE =
      "with me as materialized ("
          + "select 1 from replicas where id = ? and state = 'alive' for key share), "
          + "roots as materialized ("
          + DUE.formatted("null")
          + "), subs as materialized ("
          + DUE.formatted("not null")
          + "), taken as (select * from roots union all select * from subs) "
          + "select *, clock_timestamp() as now from taken";

  private AcquireChats() {}

  static List<Chat> take(
      Connection connection,
      ReplicaId replica,
      Capacity capacity,
      Supplier<RunId> runs,
      QueueLimits queueLimits)
      throws SQLException {
    var locked =
        Sql.of(TAKE, replica.value(), capacity.roots(), capacity.subs())
            .list(connection, ChatRows::locked);
    if (locked.isEmpty()) {
      return List.of();
    }
    var now = locked.getFirst().now();
    List<RowWrites.Change> changes = new ArrayList<>();
    List<Chat> taken = new ArrayList<>();
    for (var due : locked) {
      var before = due.chat().row();
      var facts = new ChatFacts(before, now, List.of(), null, null, List.of(), queueLimits);
      if (ChatMachine.decide(facts, new ChatCommand.Acquire(replica, runs.get()))
          instanceof Decision.Accepted(var row, var effects)) {
        changes.add(new RowWrites.Change(before, row));
        taken.add(CommandWrite.with(due.chat(), row, now));
      }
    }
    RowWrites.write(connection, changes, now);
    return taken;
  }

  /// How many chats of each kind may be taken.
  record Capacity(int roots, int subs) {}
}
