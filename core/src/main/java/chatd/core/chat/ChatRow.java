package chatd.core.chat;

import chatd.core.message.ChatId;
import chatd.core.message.UserId;
import org.jspecify.annotations.Nullable;

/// The part of a chat that its state machine reads and writes; one row of the database.
public record ChatRow(
    Identity identity,
    Lifecycle lifecycle,
    Versions versions,
    @Nullable Ownership ownership,
    TurnState turn,
    ModelChoice choice) {

  public ChatRow {
    if (ownership != null && !lifecycle.status().isOwnable()) {
      throw new BrokenInvariant("owned while " + lifecycle);
    }
    if (ownership == null && lifecycle.status() == ChatStatus.INTERRUPTING) {
      throw new BrokenInvariant("interrupting without an owner");
    }
  }

  /// Who the chat is and whose. A root is its own root and has no parent.
  public record Identity(ChatId id, UserId user, @Nullable ChatId parent, ChatId root) {
    public boolean isRoot() {
      return parent == null;
    }
  }

  /// Status, archive mark and number of queued messages.
  public record Lifecycle(ChatStatus status, boolean archived, int queued) {
    public ChatState state() {
      return ChatState.of(status, queued > 0, archived);
    }
  }

  public ChatId id() {
    return identity.id();
  }

  /// This row after the words on its chat changed: the snapshot moves and nothing else.
  public ChatRow described() {
    return new ChatRow(identity, lifecycle, versions.nextSnapshot(), ownership, turn, choice);
  }

  public ChatStatus status() {
    return lifecycle.status();
  }

  public ChatState state() {
    return lifecycle.state();
  }

  /// What a client is told a running chat is doing; null when no turn runs. A function of this row
  /// alone, so that everybody at one snapshot sees the same.
  public @Nullable Phase phase() {
    return switch (status()) {
      case WAITING, ERROR, REQUIRES_ACTION -> null;
      case INTERRUPTING -> Phase.INTERRUPTING;
      case RUNNING -> {
        if (ownership == null) {
          yield Phase.QUEUED;
        }
        if (turn.retries().pending() != null) {
          yield Phase.RETRYING;
        }
        yield turn.openCalls().isEmpty() ? Phase.GENERATING : Phase.TOOLS;
      }
    };
  }

  /// Whether parts of the current attempt may be shown: a turn runs (also while it is being
  /// stopped), an attempt was recorded, and its failure was not announced.
  public boolean isLive() {
    return lifecycle.status().isOwnable() && versions.attempt() > versions.failedAttempt();
  }
}
