package chatd.core.chat;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/// Every transition a chat can make, once, as data. Decisions are held to it: a command in a state
/// that its line does not name is refused, and one that would lead elsewhere is a bug.
///
/// Where a state leads to several, the facts choose: how many messages are queued, and whether a
/// replica has the chat.
public final class TransitionTable {

  /// The table as people read it. `W` waiting, `E` error, `R` running, `I` interrupting, `A`
  /// requires action; 0 without and 1 with a queue; `X` archived; `=` the same state; `gone` the
  /// chat is no more. In the last column nothing changes.
  public static final String TEXT =
      """
      | command | transitions | unchanged |
      |---|---|---|
      | send (queue) | W E0 → R0 · E1 → R1 · R0 R1 → R1 · I0 I1 → I1 · A0 A1 → A1 | |
      | send (interrupt) | W E0 → R0 · E1 → R1 · R0 → I1 R0 · R1 → I1 R1 · I0 I1 → I1 · A0 A1 → R1 | |
      | send (reject) | W E0 → R0 | |
      | edit | W E0 E1 R0 R1 I0 I1 A0 A1 → R0 | |
      | retry | E0 → R0 · E1 → R1 | |
      | delete queued | E1 → E0 E1 · R1 → R0 R1 · I1 → I0 I1 · A1 → A0 A1 · XE1 → XE0 XE1 | |
      | promote queued | E1 A1 → R0 R1 · R1 → I1 R0 R1 · I1 → I1 | I1 |
      | interrupt | R0 → I0 W · R1 → I1 R0 R1 · A0 → R0 · A1 → R1 | W E0 E1 I0 I1 |
      | tool results | A0 → R0 · A1 → R1 | |
      | expire actions | A0 → R0 · A1 → R1 | |
      | archive | W → XW · E0 → XE0 · E1 → XE1 | |
      | unarchive | XW → W · XE0 → E0 · XE1 → E1 | |
      | delete | W E0 E1 XW XE0 XE1 → gone | |
      | compact | W E0 → R0 · E1 → R1 | |
      | clear | W E0 → W | W |
      | acquire | R0 R1 → = | |
      | release | R0 → R0 E0 · R1 → R1 E1 · I0 → W · I1 → R0 R1 | |
      | abandon | R0 R1 → = · I0 → W · I1 → R0 R1 | |
      | record attempt | R0 R1 → = | |
      | record retry | R0 R1 → = | |
      | commit (continue) | R0 R1 → = | |
      | commit (finish) | R0 → W · R1 → R0 R1 | |
      | need client action | R0 → A0 · R1 → A1 | |
      | finish turn | R0 → W · R1 → R0 R1 | |
      | finish interruption | I0 → W · I1 → R0 R1 | |
      | fail | R0 → E0 · R1 → E1 | |
      """;

  private static final Map<String, ChatState> LETTERS =
      Map.ofEntries(
          Map.entry("W", ChatState.WAITING),
          Map.entry("E0", ChatState.ERROR),
          Map.entry("E1", ChatState.ERROR_QUEUED),
          Map.entry("R0", ChatState.RUNNING),
          Map.entry("R1", ChatState.RUNNING_QUEUED),
          Map.entry("I0", ChatState.INTERRUPTING),
          Map.entry("I1", ChatState.INTERRUPTING_QUEUED),
          Map.entry("A0", ChatState.REQUIRES_ACTION),
          Map.entry("A1", ChatState.REQUIRES_ACTION_QUEUED),
          Map.entry("XW", ChatState.ARCHIVED_WAITING),
          Map.entry("XE0", ChatState.ARCHIVED_ERROR),
          Map.entry("XE1", ChatState.ARCHIVED_ERROR_QUEUED));

  private static final Map<CommandKind, Line> LINES = parse();

  private TransitionTable() {}

  /// Where the command may lead from this state; empty: nowhere. A deletion leads to no state and
  /// is answered by [#deletes].
  public static Set<ChatState> targets(CommandKind command, ChatState from) {
    return line(command).targets.getOrDefault(from, Set.of());
  }

  public static boolean deletes(CommandKind command, ChatState from) {
    return line(command).deleted.contains(from);
  }

  /// Whether the command may find nothing to do in this state.
  public static boolean mayBeUnchanged(CommandKind command, ChatState from) {
    return line(command).unchanged.contains(from);
  }

  private record Line(
      Map<ChatState, Set<ChatState>> targets, Set<ChatState> deleted, Set<ChatState> unchanged) {}

  private static Line line(CommandKind command) {
    var line = LINES.get(command);
    if (line == null) {
      throw new BrokenInvariant("the table has no line for " + command);
    }
    return line;
  }

  private static Map<CommandKind, Line> parse() {
    var lines = new EnumMap<CommandKind, Line>(CommandKind.class);
    TEXT.lines()
        .skip(2)
        .map(line -> line.split("\\|", -1))
        .forEach(cells -> lines.put(command(cells[1].strip()), line(cells[2], cells[3])));
    return lines;
  }

  private static CommandKind command(String words) {
    return Arrays.stream(CommandKind.values())
        .filter(kind -> kind.words().equals(words))
        .findFirst()
        .orElseThrow(() -> new BrokenInvariant("the table names " + words));
  }

  private static Line line(String transitions, String unchanged) {
    var line =
        new Line(
            new EnumMap<>(ChatState.class),
            EnumSet.noneOf(ChatState.class),
            EnumSet.noneOf(ChatState.class));
    for (var transition : transitions.split("·", -1)) {
      var sides = transition.split("→", -1);
      for (var letter : sides[0].strip().split(" ", -1)) {
        var from = state(letter);
        switch (sides[1].strip()) {
          case "=" -> line.targets.put(from, Set.of(from));
          case "gone" -> line.deleted.add(from);
          case String targets -> line.targets.put(from, states(targets));
        }
      }
    }
    line.unchanged.addAll(states(unchanged.strip()));
    return line;
  }

  private static Set<ChatState> states(String letters) {
    var states = EnumSet.noneOf(ChatState.class);
    for (var letter : letters.split(" ", -1)) {
      if (!letter.isEmpty()) {
        states.add(state(letter));
      }
    }
    return states;
  }

  private static ChatState state(String letter) {
    var state = LETTERS.get(letter);
    if (state == null) {
      throw new BrokenInvariant("the table has no state " + letter);
    }
    return state;
  }
}
