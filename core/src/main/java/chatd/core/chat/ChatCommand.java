package chatd.core.chat;

import chatd.core.message.ChatId;
import chatd.core.message.ContentPart.ToolResult;
import chatd.core.message.MessageBody;
import chatd.core.message.ModelUse;
import chatd.core.message.QueuedMessage;
import chatd.core.message.ToolSpec;
import chatd.core.message.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Everything that can be done to a chat that exists, as data.
public sealed interface ChatCommand {

  /// What a person asks for. A chat that is not `user`'s does not exist for them.
  sealed interface ByUser extends ChatCommand {
    UserId user();
  }

  /// What the owner of a chat writes. It counts only while its fence holds.
  sealed interface ByWorker extends ChatCommand {
    Fence fence();
  }

  /// What any replica does for a chat that nobody looks after.
  sealed interface ByAnyReplica extends ChatCommand {}

  /// What happens to a message that comes while a turn is active.
  enum WhenBusy {
    QUEUE,
    INTERRUPT,
    REJECT
  }

  record Send(
      UserId user, QueuedMessage.Body message, @Nullable List<UUID> mcpServerIds, WhenBusy whenBusy)
      implements ByUser {}

  /// Replaces user message `messageId` and everything after it.
  record Edit(
      UserId user,
      long messageId,
      QueuedMessage.Body replacement,
      @Nullable List<UUID> mcpServerIds)
      implements ByUser {}

  record Retry(UserId user) implements ByUser {}

  record DeleteQueued(UserId user, long queuedId) implements ByUser {}

  record Promote(UserId user, long queuedId) implements ByUser {}

  record Interrupt(UserId user) implements ByUser {}

  /// Results for all open client calls; their names and origins come from the calls.
  record GiveToolResults(UserId user, List<ToolResult> results) implements ByUser {}

  record Archive(UserId user) implements ByUser {}

  record Unarchive(UserId user) implements ByUser {}

  record Delete(UserId user) implements ByUser {}

  record Compact(UserId user) implements ByUser {}

  record Clear(UserId user) implements ByUser {}

  /// The deadline of the client's tools has passed.
  record ExpireActions() implements ByAnyReplica {}

  /// `replica` takes the chat. Where the next step is a model request, its attempt is recorded with
  /// it; never that of a tool round, which must stay tellable from one that nobody started.
  record Acquire(ReplicaId replica, RunId run) implements ByAnyReplica {}

  /// The chats of `replica` are given back: it drains, or it died.
  record Release(ReplicaId replica, Why why) implements ByAnyReplica {
    /// Only a death counts against a turn that may have caused it.
    public enum Why {
      DRAINED,
      DIED
    }
  }

  record Abandon(Fence fence) implements ByWorker {}

  /// A model request or a round of tools is about to start.
  record RecordAttempt(Fence fence) implements ByWorker {}

  /// The attempt failed and the next starts after `delay`, counted from the database's now.
  record RecordRetry(Fence fence, ChatError error, Duration delay, boolean wasSilence)
      implements ByWorker {}

  /// A finished step. `clientCalls` are the ids of those of its calls that the client runs; `use`
  /// is what the model request took, if the step was one.
  record CommitStep(
      Fence fence,
      List<MessageBody> rows,
      Set<String> clientCalls,
      @Nullable ModelUse use,
      Then then)
      implements ByWorker {
    public CommitStep {
      rows = List.copyOf(rows);
      clientCalls = Set.copyOf(clientCalls);
    }

    public enum Then {
      CONTINUE,
      FINISH
    }
  }

  /// The open client calls wait for the client, at most for `allowed`.
  record NeedClientAction(Fence fence, Duration allowed) implements ByWorker {}

  record FinishTurn(Fence fence) implements ByWorker {}

  /// The stop is carried out. `partial` are the rows of what was accepted before it, possibly none.
  record FinishInterruption(Fence fence, List<MessageBody> partial) implements ByWorker {}

  record Fail(Fence fence, ChatError error, List<MessageBody> rows) implements ByWorker {}

  /// A chat to be made, with everything that its first transaction writes. `clientTools` are those
  /// that its client runs, for as long as the chat exists.
  record Create(
      ChatRow.Identity identity,
      ModelChoice choice,
      List<MessageBody> systemRows,
      MessageBody first,
      List<ToolSpec> clientTools) {
    public Create {
      systemRows = List.copyOf(systemRows);
      clientTools = List.copyOf(clientTools);
    }

    public ChatId id() {
      return identity.id();
    }
  }
}
