package chatd.core.chat;

/// The commands as the transition table names them. Those whose result depends on what they carry
/// (how to act when busy, whether the turn goes on) are kinds of their own.
public enum CommandKind {
  SEND_QUEUE("send (queue)"),
  SEND_INTERRUPT("send (interrupt)"),
  SEND_REJECT("send (reject)"),
  EDIT("edit"),
  RETRY("retry"),
  DELETE_QUEUED("delete queued"),
  PROMOTE("promote queued"),
  INTERRUPT("interrupt"),
  TOOL_RESULTS("tool results"),
  EXPIRE_ACTIONS("expire actions"),
  ARCHIVE("archive"),
  UNARCHIVE("unarchive"),
  DELETE("delete"),
  COMPACT("compact"),
  CLEAR("clear"),
  ACQUIRE("acquire"),
  RELEASE("release"),
  ABANDON("abandon"),
  RECORD_ATTEMPT("record attempt"),
  RECORD_RETRY("record retry"),
  COMMIT_CONTINUE("commit (continue)"),
  COMMIT_FINISH("commit (finish)"),
  NEED_CLIENT_ACTION("need client action"),
  FINISH_TURN("finish turn"),
  FINISH_INTERRUPTION("finish interruption"),
  FAIL("fail");

  private final String words;

  CommandKind(String words) {
    this.words = words;
  }

  /// The command as the table spells it.
  public String words() {
    return words;
  }

  public static CommandKind of(ChatCommand command) {
    return switch (command) {
      case ChatCommand.Send send ->
          switch (send.whenBusy()) {
            case QUEUE -> SEND_QUEUE;
            case INTERRUPT -> SEND_INTERRUPT;
            case REJECT -> SEND_REJECT;
          };
      case ChatCommand.Edit _ -> EDIT;
      case ChatCommand.Retry _ -> RETRY;
      case ChatCommand.DeleteQueued _ -> DELETE_QUEUED;
      case ChatCommand.Promote _ -> PROMOTE;
      case ChatCommand.Interrupt _ -> INTERRUPT;
      case ChatCommand.GiveToolResults _ -> TOOL_RESULTS;
      case ChatCommand.ExpireActions _ -> EXPIRE_ACTIONS;
      case ChatCommand.Archive _ -> ARCHIVE;
      case ChatCommand.Unarchive _ -> UNARCHIVE;
      case ChatCommand.Delete _ -> DELETE;
      case ChatCommand.Compact _ -> COMPACT;
      case ChatCommand.Clear _ -> CLEAR;
      case ChatCommand.Acquire _ -> ACQUIRE;
      case ChatCommand.Release _ -> RELEASE;
      case ChatCommand.Abandon _ -> ABANDON;
      case ChatCommand.RecordAttempt _ -> RECORD_ATTEMPT;
      case ChatCommand.RecordRetry _ -> RECORD_RETRY;
      case ChatCommand.CommitStep step ->
          switch (step.then()) {
            case CONTINUE -> COMMIT_CONTINUE;
            case FINISH -> COMMIT_FINISH;
          };
      case ChatCommand.NeedClientAction _ -> NEED_CLIENT_ACTION;
      case ChatCommand.FinishTurn _ -> FINISH_TURN;
      case ChatCommand.FinishInterruption _ -> FINISH_INTERRUPTION;
      case ChatCommand.Fail _ -> FAIL;
    };
  }
}
