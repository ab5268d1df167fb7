package chatd.sim;

import java.util.Map;
import java.util.TreeMap;

/// How often each fault and each command was drawn.
final class Draws {
  private final Map<String, Long> faults = new TreeMap<>();
  private final Map<String, Long> commands = new TreeMap<>();

  void fault(String name) {
    faults.merge(name, 1L, Long::sum);
  }

  void command(String name) {
    commands.merge(name, 1L, Long::sum);
  }

  Map<String, Long> faults() {
    return faults;
  }

  Map<String, Long> commands() {
    return commands;
  }
}
