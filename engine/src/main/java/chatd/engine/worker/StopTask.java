package chatd.engine.worker;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatRow;
import chatd.core.chat.Fence;
import chatd.core.message.ContentPart;
import chatd.core.message.MessageBody;
import chatd.core.message.Role;
import chatd.core.message.RowCutter;
import chatd.core.part.Episode;
import chatd.engine.port.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Carries a stop out: breaks the attempt off and commits what it accepted. It waits for no provider
/// and needs no capacity.
final class StopTask {
  private final Turn turn;
  private final Consumer<ChatRow> committed;

  StopTask(Turn turn, Consumer<ChatRow> committed) {
    this.turn = turn;
    this.committed = committed;
  }

  /// Called before the task has a thread: no part is numbered after this.
  @Nullable Attempt breakOff() {
    var attempt = turn.current();
    if (attempt != null) {
      attempt.end(Attempt.End.BROKEN_OFF);
    }
    return attempt;
  }

  Writes.Result run(ChatRow row, @Nullable Attempt attempt) {
    var fence = Fence.of(row);
    var rows =
        attempt != null && attempt.episode().equals(Episode.of(row)) && row.isLive()
            ? rows(attempt.content(), row.choice().modelConfigId())
            : List.<MessageBody>of();
    try {
      return turn.writes().write(new ChatCommand.FinishInterruption(fence, rows), committed);
    } catch (StoreException e) {
      if (rows.isEmpty()) {
        throw e;
      }
      // What the store cannot take is given up, so that the stop itself is not.
      turn.telemetry().broken("partial answer of chat " + row.id(), e);
      return turn.writes().write(new ChatCommand.FinishInterruption(fence, List.of()), committed);
    }
  }

  private List<MessageBody> rows(List<ContentPart> content, @Nullable UUID model) {
    var rows = new ArrayList<MessageBody>();
    if (content.stream().anyMatch(part -> !(part instanceof ContentPart.ProviderState))) {
      for (var piece : RowCutter.cut(content, turn.limits().steps().rowBytes())) {
        rows.add(new MessageBody(Role.ASSISTANT, piece, null, model, null));
      }
    }
    return rows;
  }
}
