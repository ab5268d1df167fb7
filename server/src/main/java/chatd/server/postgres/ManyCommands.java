package chatd.server.postgres;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatFacts;
import chatd.core.chat.ChatFacts.QueueLimits;
import chatd.core.chat.ChatMachine;
import chatd.core.chat.ChatRow;
import chatd.core.chat.Decision;
import chatd.engine.port.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Carries out one command on each of many locked chats. Those that change in nothing but their
/// rows are written together.
final class ManyCommands {
  private final Connection connection;
  private final QueueLimits queueLimits;

  ManyCommands(Connection connection, QueueLimits queueLimits) {
    this.connection = connection;
    this.queueLimits = queueLimits;
  }

  /// Returns the rows that were written.
  List<ChatRow> apply(List<ChatRows.Locked> chats, Function<ChatRow, ChatCommand> command)
      throws SQLException {
    if (chats.isEmpty()) {
      return List.of();
    }
    var now = chats.getFirst().now();
    List<ChatRow> written = new ArrayList<>();
    List<RowWrites.Change> changes = new ArrayList<>();
    for (var locked : chats) {
      var before = locked.chat().row();
      var after = rowOnly(before, command.apply(before), now);
      if (after.isPresent()) {
        changes.add(new RowWrites.Change(before, after.get()));
        written.add(after.get());
      } else if (new CommandWrite(connection, queueLimits).apply(locked, command.apply(before))
          instanceof Outcome.Done done) {
        written.add(done.chat().row());
      }
    }
    RowWrites.write(connection, changes, now);
    return written;
  }

  /// The row as it will be, if the command needs no more than the row and changes no more.
  private Optional<ChatRow> rowOnly(ChatRow before, ChatCommand command, Instant now) {
    if (!ChatMachine.needs(command, before).isEmpty()) {
      return Optional.empty();
    }
    var facts = new ChatFacts(before, now, List.of(), null, null, List.of(), queueLimits);
    return ChatMachine.decide(facts, command) instanceof Decision.Accepted(var row, var effects)
            && effects.isEmpty()
        ? Optional.of(row)
        : Optional.empty();
  }
}
