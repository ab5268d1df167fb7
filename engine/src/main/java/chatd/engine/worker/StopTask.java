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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Carries a stop out: breaks the attempt off and commits what it accepted. It waits for no
/// provider and needs no capacity.
final class StopTask {
  private final Turn turn;
  private final long task;
  private final Consumer<ChatRow> committed;

  StopTask(Turn turn, long task, Consumer<ChatRow> committed) {
    this.turn = turn;
    this.task = task;
    this.committed = committed;
  }

  /// Called before the task has a thread: no part is numbered after this, and no request starts.
  @Nullable Attempt breakOff() {
    turn.begin(task);
    return turn.current();
  }

  Writes.Result run(ChatRow row, @Nullable Attempt attempt) {
    var fence = Fence.of(row);
    var rows =
        attempt != null && attempt.episode().equals(Episode.of(row)) && row.isLive()
            ? rows(attempt)
            : List.<MessageBody>of();
    try {
      return turn.write(task, new ChatCommand.FinishInterruption(fence, rows), committed);
    } catch (StoreException e) {
      if (rows.isEmpty()) {
        throw e;
      }
      // What the store cannot take is given up, so that the stop itself is not.
      turn.telemetry().broken("partial answer of chat " + row.id(), e);
      return turn.write(task, new ChatCommand.FinishInterruption(fence, List.of()), committed);
    }
  }

  private List<MessageBody> rows(Attempt attempt) {
    return attempt.model() == null ? results(attempt) : answer(attempt);
  }

  private List<MessageBody> answer(Attempt attempt) {
    var rows = new ArrayList<MessageBody>();
    var content = attempt.content();
    if (content.stream().anyMatch(part -> !(part instanceof ContentPart.ProviderState))) {
      for (var piece : RowCutter.cut(content, turn.limits().steps().rowBytes())) {
        rows.add(new MessageBody(Role.ASSISTANT, piece, null, attempt.model(), null));
      }
    }
    return rows;
  }

  /// Calls without a result get one when the stop is committed.
  private static List<MessageBody> results(Attempt attempt) {
    return attempt.content().stream()
        .filter(ContentPart.ToolResult.class::isInstance)
        .map(part -> MessageBody.tool((ContentPart.ToolResult) part))
        .toList();
  }
}
