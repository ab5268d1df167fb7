package chatd.core.chat;

import static chatd.core.chat.TestChats.ADA;
import static chatd.core.chat.TestChats.CALL;
import static chatd.core.chat.TestChats.ERROR;
import static chatd.core.chat.TestChats.REPLICA;
import static chatd.core.chat.TestChats.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand.CommitStep.Then;
import chatd.core.chat.ChatCommand.WhenBusy;
import chatd.core.message.ContentPart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Every state × every command, against what is written here by hand: the table in the code is what
/// is tested, so nothing here is taken from it.
class TransitionMatrixTest {

  /// Columns: states as in the table; `u` after a running state: no replica has the chat. Cells:
  /// the state after; `.` nothing to do; `-` refused; `gone` deleted.
  private static final String ONE_QUEUED =
      """
                            W    E0   E1   R0 R1 R0u R1u I0 I1 A0 A1 XW   XE0  XE1
      send (queue)          R0   R0   R1   R1 R1 R1  R1  I1 I1 A1 A1 -    -    -
      send (interrupt)      R0   R0   R1   I1 I1 R0  R1  I1 I1 R1 R1 -    -    -
      send (reject)         R0   R0   -    -  -  -   -   -  -  -  -  -    -    -
      edit                  R0   R0   R0   R0 R0 R0  R0  R0 R0 R0 R0 -    -    -
      retry                 -    R0   R1   -  -  -   -   -  -  -  -  -    -    -
      delete queued         -    -    E0   -  R0 -   R0  -  I0 -  A0 -    -    XE0
      promote queued        -    -    R0   -  I1 -   R0  -  .  -  R0 -    -    -
      interrupt             .    .    .    I0 I1 W   R0  .  .  R0 R1 -    -    -
      tool results          -    -    -    -  -  -   -   -  -  R0 R1 -    -    -
      expire actions        -    -    -    -  -  -   -   -  -  R0 R1 -    -    -
      archive               XW   XE0  XE1  -  -  -   -   -  -  -  -  -    -    -
      unarchive             -    -    -    -  -  -   -   -  -  -  -  W    E0   E1
      delete                gone gone gone -  -  -   -   -  -  -  -  gone gone gone
      compact               R0   R0   R1   -  -  -   -   -  -  -  -  -    -    -
      clear                 W    W    -    -  -  -   -   -  -  -  -  -    -    -
      acquire               -    -    -    -  -  R0  R1  -  -  -  -  -    -    -
      release               -    -    -    R0 R1 -   -   W  R0 -  -  -    -    -
      abandon               -    -    -    R0 R1 -   -   W  R0 -  -  -    -    -
      record attempt        -    -    -    R0 R1 -   -   -  -  -  -  -    -    -
      record retry          -    -    -    R0 R1 -   -   -  -  -  -  -    -    -
      commit (continue)     -    -    -    R0 R1 -   -   -  -  -  -  -    -    -
      commit (finish)       -    -    -    W  R0 -   -   -  -  -  -  -    -    -
      need client action    -    -    -    A0 A1 -   -   -  -  -  -  -    -    -
      finish turn           -    -    -    W  R0 -   -   -  -  -  -  -    -    -
      finish interruption   -    -    -    -  -  -   -   W  R0 -  -  -    -    -
      fail                  -    -    -    E0 E1 -   -   -  -  -  -  -    -    -
      """;

  /// The same where a second queued message makes a difference.
  private static final String TWO_QUEUED =
      """
                            E1   R1 R1u I1 A1 XE1
      delete queued         E1   R1 R1  I1 A1 XE1
      promote queued        R1   I1 R1  I1 R1 -
      interrupt             .    I1 R1  .  R1 -
      release               -    R1 -   R1 -  -
      abandon               -    R1 -   R1 -  -
      commit (finish)       -    R1 -   -  -  -
      finish turn           -    R1 -   -  -  -
      finish interruption   -    -  -   R1 -  -
      edit                  R0   R0 R0  R0 R0 -
      """;

  @Test
  void decide_everyStateAndCommand_leadsWhereThisMatrixSays() {
    walk(ONE_QUEUED, 1);
    assertThat(ONE_QUEUED.lines().count() - 1).isEqualTo(CommandKind.values().length);
  }

  @Test
  void decide_twoMessagesQueued_leadsWhereThisMatrixSays() {
    walk(TWO_QUEUED, 2);
  }

  @Test
  void table_everyTransitionNamed_isVisited() {
    var visited = new TreeSet<String>();
    var named = new TreeSet<String>();
    for (var kind : CommandKind.values()) {
      for (var from : ChatState.values()) {
        TransitionTable.targets(kind, from).forEach(to -> named.add(kind + " " + from + " " + to));
        for (var queued = from.hasQueue() ? 1 : 0; queued <= (from.hasQueue() ? 2 : 0); queued++) {
          for (var owned : List.of(true, false)) {
            for (var takeovers : List.of(0, 2)) {
              var row = withTakeovers(state(from, owned, queued), takeovers);
              if (row != null
                  && ChatMachine.decide(TestChats.facts(row), command(kind, row))
                      instanceof Decision.Accepted(var next, _)) {
                visited.add(kind + " " + from + " " + next.state());
              }
            }
          }
        }
      }
    }
    visited.removeIf(transition -> transition.startsWith("DELETE "));
    assertThat(visited).isEqualTo(named);
  }

  @Test
  void decide_anyAcceptedCommand_raisesTheSnapshotByOneAndKeepsTheRules() {
    for (var kind : CommandKind.values()) {
      for (var from : ChatState.values()) {
        var row = state(from, true, from.hasQueue() ? 2 : 0);
        if (row == null
            || !(ChatMachine.decide(TestChats.facts(row), command(kind, row))
                instanceof Decision.Accepted(var next, var effects))) {
          continue;
        }
        var what = kind + " in " + from;
        assertThat(next.versions().snapshot()).as(what).isEqualTo(23);
        assertThat(next.ownership() == null || next.status().isOwnable()).as(what).isTrue();
        if (EnumSet.of(ChatStatus.WAITING, ChatStatus.ERROR).contains(next.status())) {
          assertThat(next.turn().openCalls()).as(what).isEmpty();
        }
        var rowsMoved =
            effects.stream().anyMatch(e -> e instanceof Effect.Insert || e instanceof Effect.Cut);
        if (rowsMoved) {
          assertThat(next.versions().history()).as(what).isEqualTo(23);
          assertThat(next.versions().attempt()).as(what).isZero();
        }
      }
    }
  }

  private static void walk(String matrix, int queuedInQueueStates) {
    var lines = matrix.lines().toList();
    var columns = cells(lines.getFirst().strip());
    var wrong = new ArrayList<String>();
    for (var line : lines.subList(1, lines.size())) {
      var kind = kind(line.substring(0, 22).strip());
      var cells = cells(line.substring(22).strip());
      for (var i = 0; i < columns.size(); i++) {
        var column = columns.get(i);
        var row =
            row(column, column.endsWith("1") || column.endsWith("1u") ? queuedInQueueStates : 0);
        var decided = letters(ChatMachine.decide(TestChats.facts(row), command(kind, row)));
        if (!decided.equals(cells.get(i))) {
          wrong.add(kind + " in " + column + ": " + decided + " instead of " + cells.get(i));
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static ChatCommand command(CommandKind kind, ChatRow row) {
    var owner = row.ownership();
    var fence =
        new Fence(
            owner == null ? RUN : owner.run(),
            row.versions().history(),
            row.versions().attempt(),
            row.status());
    var text = List.of(TestChats.assistant(new ContentPart.Text("Hello")));
    return switch (kind) {
      case SEND_QUEUE -> send(WhenBusy.QUEUE);
      case SEND_INTERRUPT -> send(WhenBusy.INTERRUPT);
      case SEND_REJECT -> send(WhenBusy.REJECT);
      case EDIT -> new ChatCommand.Edit(ADA, 3, TestChats.body("other"), null);
      case RETRY -> new ChatCommand.Retry(ADA);
      case DELETE_QUEUED -> new ChatCommand.DeleteQueued(ADA, 1);
      case PROMOTE -> new ChatCommand.Promote(ADA, Math.max(1, row.lifecycle().queued()));
      case INTERRUPT -> new ChatCommand.Interrupt(ADA);
      case TOOL_RESULTS ->
          new ChatCommand.GiveToolResults(ADA, List.of(TestChats.result(CALL.toolCallId())));
      case EXPIRE_ACTIONS -> new ChatCommand.ExpireActions();
      case ARCHIVE -> new ChatCommand.Archive(ADA);
      case UNARCHIVE -> new ChatCommand.Unarchive(ADA);
      case DELETE -> new ChatCommand.Delete(ADA);
      case COMPACT -> new ChatCommand.Compact(ADA);
      case CLEAR -> new ChatCommand.Clear(ADA);
      case ACQUIRE -> new ChatCommand.Acquire(REPLICA, RUN);
      case RELEASE -> new ChatCommand.Release(REPLICA, ChatCommand.Release.Why.DIED);
      case ABANDON -> new ChatCommand.Abandon(fence);
      case RECORD_ATTEMPT -> new ChatCommand.RecordAttempt(fence);
      case RECORD_RETRY -> new ChatCommand.RecordRetry(fence, ERROR, Duration.ofSeconds(1), false);
      case COMMIT_CONTINUE ->
          new ChatCommand.CommitStep(fence, text, Set.of(), null, Then.CONTINUE);
      case COMMIT_FINISH -> new ChatCommand.CommitStep(fence, text, Set.of(), null, Then.FINISH);
      case NEED_CLIENT_ACTION -> new ChatCommand.NeedClientAction(fence, Duration.ofMinutes(5));
      case FINISH_TURN -> new ChatCommand.FinishTurn(fence);
      case FINISH_INTERRUPTION -> new ChatCommand.FinishInterruption(fence, text);
      case FAIL -> new ChatCommand.Fail(fence, ERROR, List.of());
    };
  }

  private static ChatCommand send(WhenBusy whenBusy) {
    return new ChatCommand.Send(ADA, TestChats.body("new"), null, whenBusy);
  }

  /// The chat of a column; null where the state needs an owner and none is wanted.
  private static ChatRow row(String column, int queued) {
    var owned = !column.endsWith("u");
    var row =
        state(parse(owned ? column : column.substring(0, column.length() - 1)), owned, queued);
    if (row == null) {
      throw new AssertionError(column);
    }
    return row;
  }

  private static @org.jspecify.annotations.Nullable ChatRow state(
      ChatState state, boolean owned, int queued) {
    if (!owned && state.status() == ChatStatus.INTERRUPTING) {
      return null;
    }
    var row = TestChats.row(state, owned, queued);
    // A running chat has an open client call here, so that it may need the client's action.
    return state.status() == ChatStatus.RUNNING
        ? withTurn(row, row.turn().withOpenCalls(List.of(CALL)))
        : row;
  }

  private static @org.jspecify.annotations.Nullable ChatRow withTakeovers(
      @org.jspecify.annotations.Nullable ChatRow row, int takeovers) {
    return row == null
        ? null
        : withTurn(row, row.turn().withAttempts(new TurnState.Attempts(RUN, takeovers, 0)));
  }

  private static ChatRow withTurn(ChatRow row, TurnState turn) {
    return new ChatRow(
        row.identity(), row.lifecycle(), row.versions(), row.ownership(), turn, row.choice());
  }

  private static String letters(Decision decision) {
    return switch (decision) {
      case Decision.Rejected _ -> "-";
      case Decision.Unchanged _ -> ".";
      case Decision.Accepted(var row, var effects) ->
          effects.stream().anyMatch(Effect.DeleteFamily.class::isInstance)
              ? "gone"
              : name(row.state());
    };
  }

  private static String name(ChatState state) {
    return switch (state) {
      case WAITING -> "W";
      case ERROR -> "E0";
      case ERROR_QUEUED -> "E1";
      case RUNNING -> "R0";
      case RUNNING_QUEUED -> "R1";
      case INTERRUPTING -> "I0";
      case INTERRUPTING_QUEUED -> "I1";
      case REQUIRES_ACTION -> "A0";
      case REQUIRES_ACTION_QUEUED -> "A1";
      case ARCHIVED_WAITING -> "XW";
      case ARCHIVED_ERROR -> "XE0";
      case ARCHIVED_ERROR_QUEUED -> "XE1";
    };
  }

  private static ChatState parse(String letters) {
    for (var state : ChatState.values()) {
      if (name(state).equals(letters)) {
        return state;
      }
    }
    throw new AssertionError(letters);
  }

  private static CommandKind kind(String words) {
    for (var kind : CommandKind.values()) {
      if (kind.words().equals(words)) {
        return kind;
      }
    }
    throw new AssertionError(words);
  }

  private static List<String> cells(String line) {
    return List.of(line.split(" +", -1));
  }
}
