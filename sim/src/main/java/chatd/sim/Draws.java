package chatd.sim;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How often each fault and each command was drawn.
final class Draws {
  private static final List<String> FAULTS =
      List.of(
          "answer of the database lost",
          "answers get lost",
          "clock moved",
          "database away",
          "database connections cut",
          "database cut off in silence",
          "database refuses one",
          "database restarts",
          "database slow",
          "declared dead while it lives",
          "dials unanswered",
          "drain",
          "freeze",
          "freeze past the lease",
          "hint dropped",
          "hint late or out of order",
          "hint repeated",
          "hints get lost",
          "hints repeat and overtake",
          "kill",
          "kill and restart in its place",
          "link cut",
          "link cut in mid-frame",
          "link half open",
          "link half open after a death",
          "link stalled",
          "links dropped when they are opened",
          "links refused",
          "listener lost",
          "model connection dropped",
          "model overloaded",
          "model refuses for good",
          "model silent",
          "token ended",
          "viewer cut",
          "viewer cut in mid-write",
          "viewer keeps its cursor",
          "viewer resumes with an old cursor",
          "viewer stalled",
          "viewer vanished",
          "watcher stalled");
  private static final List<String> COMMANDS =
      List.of(
          "archive",
          "asked again",
          "clear",
          "create",
          "delete",
          "delete queued",
          "edit",
          "promote",
          "retry",
          "send INTERRUPT",
          "send QUEUE",
          "send REJECT",
          "stop",
          "title",
          "tool results",
          "unarchive");

  private final Map<String, Long> faults = new TreeMap<>();
  private final Map<String, Long> commands = new TreeMap<>();

  Draws() {
    FAULTS.forEach(name -> faults.put(name, 0L));
    COMMANDS.forEach(name -> commands.put(name, 0L));
  }

  void fault(String name) {
    count(faults, name);
  }

  void command(String name) {
    count(commands, name);
  }

  private static void count(Map<String, Long> counts, String name) {
    if (counts.computeIfPresent(name, (_, times) -> times + 1) == null) {
      throw new IllegalStateException("nobody knows of \"" + name + "\"");
    }
  }

  Map<String, Long> faults() {
    return faults;
  }

  Map<String, Long> commands() {
    return commands;
  }
}
