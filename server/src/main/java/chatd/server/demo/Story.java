package chatd.server.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What has happened so far, in sentences for the person who watches.
///
/// @param told how many there were
/// @param newest the last of them, oldest first
record Story(long told, List<Entry> newest) {
  private static final int KEPT = 50;

  static final Story BEGINNING = new Story(0, List.of());

  Story {
    newest = List.copyOf(newest);
  }

  /// @param at on the clock of the demo
  record Entry(Duration at, String sentence) {}

  Story and(Duration now, String sentence) {
    var entries = new ArrayList<>(newest);
    entries.add(new Entry(now, sentence));
    return new Story(told + 1, entries.subList(Math.max(0, entries.size() - KEPT), entries.size()));
  }

  /// What was told after so many sentences, as far as it is kept.
  List<Entry> after(long known) {
    var fresh = (int) Math.min(told - known, newest.size());
    return newest.subList(newest.size() - fresh, newest.size());
  }
}
