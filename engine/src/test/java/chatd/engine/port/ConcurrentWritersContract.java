package chatd.engine.port;

import static java.util.Objects.requireNonNull;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.WhenBusy;
import chatd.core.chat.ChatError;
import chatd.core.chat.ChatFacts.QueueLimits;
import chatd.core.chat.ChatRow;
import chatd.core.chat.Fence;
import chatd.core.chat.ReplicaId;
import chatd.core.chat.RunId;
import chatd.core.message.ContentPart.ToolCall;
import chatd.core.message.ContentPart.ToolResult;
import chatd.core.message.MessageBody;
import chatd.core.message.RawJson;
import chatd.core.message.Role;
import chatd.core.message.ToolOrigin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Sixteen writers do what they like to three chats. Then everything that was answered is decided
/// once more, in the order in which it was committed: every answer must be the one that the core
/// gives at that place, and what is stored must be what that leads to.
public abstract class ConcurrentWritersContract {
  private static final int WRITERS = 16;
  private static final int COMMANDS_EACH = 60;
  private static final List<WhenBusy> WHEN_BUSY = List.of(WhenBusy.values());
  private static final QueueLimits QUEUE_LIMITS = new QueueLimits(20, 3 << 20);

  protected abstract StoreFixture fixture();

  /// A command and what became of it.
  record Answered(ChatCommand command, Outcome outcome) {
    ChatRow row() {
      return switch (outcome) {
        case Outcome.Done done -> done.chat().row();
        case Outcome.Unchanged(var chat) -> chat.row();
        case Outcome.Refused(_, var chat) -> chat.row();
        case Outcome.Missing _, Outcome.Replayed _, Outcome.KeyReused _, Outcome.KeyInUse _ ->
            throw new AssertionError("answered " + outcome);
      };
    }

    boolean isDone() {
      return outcome instanceof Outcome.Done;
    }
  }

  @Test
  void everyAnswer_isTheOneTheCoreGivesInCommitOrder() throws Exception {
    var fixture = fixture();
    var seed = 20260528L;
    var chats =
        List.of(TestChat.create(fixture), TestChat.create(fixture), TestChat.create(fixture));
    var starts = chats.stream().map(chat -> new Replay(chat, QUEUE_LIMITS)).toList();
    var replica = TestChat.newReplica(fixture);

    List<Callable<List<List<Answered>>>> writers = new ArrayList<>();
    for (var i = 0; i < WRITERS; i++) {
      var random = new Random(seed + i);
      writers.add(() -> new Writer(chats, replica, random).run());
    }
    List<List<Answered>> byChat = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var writer : threads.invokeAll(writers)) {
        var answers = writer.get();
        for (var i = 0; i < chats.size(); i++) {
          byChat.get(i).addAll(answers.get(i));
        }
      }
    }

    for (var i = 0; i < chats.size(); i++) {
      starts.get(i).check(inCommitOrder(byChat.get(i)));
    }
  }

  /// By snapshot; what changed nothing stands behind what made the snapshot that it saw.
  private static List<Answered> inCommitOrder(List<Answered> answers) {
    return answers.stream()
        .sorted(
            Comparator.comparingLong((Answered a) -> a.row().versions().snapshot())
                .thenComparing(a -> !a.isDone()))
        .toList();
  }

  private static final MessageBody CALLING =
      new MessageBody(
          Role.ASSISTANT,
          List.of(new ToolCall("c1", "look", RawJson.EMPTY_OBJECT, ToolOrigin.NONE, null)),
          null,
          null,
          null);

  /// One thread's random commands.
  private static final class Writer {
    private final List<TestChat> chats;
    private final ReplicaId replica;
    private final Random random;
    private final List<List<Answered>> answers =
        List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());

    Writer(List<TestChat> chats, ReplicaId replica, Random random) {
      this.chats = chats;
      this.replica = replica;
      this.random = random;
    }

    List<List<Answered>> run() {
      for (var i = 0; i < COMMANDS_EACH; i++) {
        if (random.nextInt(6) == 0) {
          acquire();
        } else {
          act(random.nextInt(chats.size()));
        }
      }
      return answers;
    }

    private void acquire() {
      var store = chats.getFirst().store();
      for (var taken : store.acquire(replica, 2, 0, () -> new RunId(uuid()))) {
        for (var i = 0; i < chats.size(); i++) {
          if (chats.get(i).id().equals(taken.row().id())) {
            var ownership = requireNonNull(taken.row().ownership());
            answers
                .get(i)
                .add(
                    new Answered(
                        new ChatCommand.Acquire(replica, ownership.run()),
                        new Outcome.Done(
                            taken,
                            taken.marks().updatedAt(),
                            List.of(),
                            null,
                            List.of(),
                            List.of())));
          }
        }
      }
    }

    private void act(int index) {
      var chat = chats.get(index);
      var command = command(chat);
      if (command != null) {
        var outcome = chat.store().apply(chat.id(), command, null);
        answers.get(index).add(new Answered(command, outcome));
      }
    }

    private @Nullable ChatCommand command(TestChat chat) {
      return switch (random.nextInt(18)) {
        case 0, 1, 2 ->
            new ChatCommand.Send(
                chat.user(),
                chat.message("m" + random.nextInt()),
                null,
                WHEN_BUSY.get(random.nextInt(3)));
        case 3 -> chat.edit(anyVisible(chat), "edited");
        case 4 -> new ChatCommand.Promote(chat.user(), random.nextLong(1, 60));
        case 5 -> new ChatCommand.DeleteQueued(chat.user(), random.nextLong(1, 60));
        case 6 -> new ChatCommand.Interrupt(chat.user());
        case 7 -> new ChatCommand.Retry(chat.user());
        case 8 -> new ChatCommand.Clear(chat.user());
        case 9 -> new ChatCommand.Compact(chat.user());
        case 10, 11 -> new ChatCommand.GiveToolResults(chat.user(), results(chat));
        case 12 -> new ChatCommand.ExpireActions();
        default -> byWorker(chat);
      };
    }

    private static List<ToolResult> results(TestChat chat) {
      return chat.row().turn().openCalls().stream()
          .map(call ->
              new ToolResult(
                  call.toolCallId(), "", RawJson.EMPTY_OBJECT, false, ToolOrigin.NONE, null))
          .toList();
    }

    private long anyVisible(TestChat chat) {
      var rows = chat.visible();
      return rows.isEmpty() ? 1 : rows.get(random.nextInt(rows.size())).id();
    }

    private @Nullable ChatCommand byWorker(TestChat chat) {
      var row = chat.row();
      if (row.ownership() == null) {
        return null;
      }
      var fence = Fence.of(row);
      var error = ChatError.of(ChatError.Kind.TIMEOUT, "slow", true);
      var answer = TestChat.answer("a" + random.nextInt());
      if (!row.turn().openCalls().isEmpty() && random.nextInt(3) > 0) {
        var allowed = random.nextBoolean() ? Duration.ZERO : Duration.ofHours(1);
        return new ChatCommand.NeedClientAction(fence, allowed);
      }
      return switch (random.nextInt(12)) {
        case 0 -> new ChatCommand.RecordAttempt(fence);
        case 1 -> new ChatCommand.RecordRetry(fence, error, Duration.ofSeconds(1), false);
        case 2 -> step(fence, List.of(answer, answer), ChatCommand.CommitStep.Then.CONTINUE);
        case 3 -> step(fence, List.of(answer), ChatCommand.CommitStep.Then.FINISH);
        case 4, 5 -> new ChatCommand.FinishInterruption(fence, List.of(answer));
        case 6 -> new ChatCommand.Fail(fence, error, List.of());
        case 7, 8, 9, 10 ->
            new ChatCommand.CommitStep(
                fence, List.of(CALLING), Set.of("c1"), null, ChatCommand.CommitStep.Then.CONTINUE);
        default -> new ChatCommand.Abandon(fence);
      };
    }

    private static ChatCommand step(
        Fence fence, List<MessageBody> rows, ChatCommand.CommitStep.Then then) {
      return new ChatCommand.CommitStep(fence, rows, Set.of(), null, then);
    }

    private UUID uuid() {
      return new UUID(random.nextLong(), random.nextLong());
    }
  }
}
