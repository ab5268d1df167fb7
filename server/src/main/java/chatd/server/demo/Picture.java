package chatd.server.demo;

import chatd.engine.port.ReplicaDirectory.Replica;
import chatd.server.demo.Actor.Life;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/// The demo as lines of text, for a terminal of 24 lines with 100 columns.
///
/// @param footer the last lines: what else the person can do
record Picture(List<String> footer) {
  private static final int WIDTH = 100;
  private static final int STORY_LINES = 7;
  private static final String ROW = "%s %-8s %-23s %-8s %-14s %10s  %5s";
  private static final String KEYS =
      "  1 2 3 choose   k kill -9   f freeze, thaw   s start   m send a message   q quit";

  Picture {
    footer = List.copyOf(footer);
  }

  List<String> of(Scene scene, Duration now) {
    var lines = new ArrayList<String>();
    lines.add(
        "chatd demo: three replicas over one PostgreSQL, and one chat%39s"
            .formatted(now.toSeconds() + " s"));
    lines.add("");
    lines.add(ROW.formatted("   ", "replica", "address", "process", "state", "heartbeat", "turns"));
    for (var i = 0; i < scene.actors().size(); i++) {
      lines.add(replica(scene, i, now));
    }
    lines.add("");
    lines.add(chat(scene));
    for (var i = 0; i < scene.actors().size(); i++) {
      lines.add(sight(i, scene.actors().get(i).viewer()));
    }
    lines.add("");
    lines.add("  What has happened");
    var story = scene.story().newest();
    var first = Math.max(0, story.size() - STORY_LINES);
    for (var i = first; i < first + STORY_LINES; i++) {
      lines.add(i < story.size() ? "  " + line(story.get(i)) : "");
    }
    lines.add("");
    lines.add(KEYS);
    lines.addAll(footer);
    return lines.stream().map(Picture::cut).toList();
  }

  /// One sentence of the story with its time.
  static String line(Story.Entry entry) {
    return String.format(
        Locale.ROOT, "%6.1f s  %s", entry.at().toMillis() / 1000.0, entry.sentence());
  }

  private static String replica(Scene scene, int i, Duration now) {
    var actor = scene.actors().get(i);
    var entry = scene.entry(i);
    return ROW.formatted(
            scene.choice().actor() == i ? "  >" : "   ",
            i + 1,
            actor.address() == null ? "" : actor.address(),
            actor.pid() == 0 ? "" : Long.toString(actor.pid()),
            scene.runner().equals(OptionalInt.of(i)) && actor.life() == Life.ALIVE
                ? "alive, answers"
                : life(actor, entry.map(Replica::state).orElse(Replica.State.ALIVE), now),
            entry.map(it -> age(it.heartbeatAge())).orElse(""),
            entry.map(it -> Integer.toString(it.runningTurns())).orElse(""))
        .stripTrailing();
  }

  private static String life(Actor actor, Replica.State listed, Duration now) {
    var seconds = now.minus(actor.since()).toSeconds();
    return switch (actor.life()) {
      case STARTING -> "starts " + seconds + " s";
      case ALIVE ->
          listed == Replica.State.ALIVE ? "alive" : listed.name().toLowerCase(Locale.ROOT);
      case FROZEN -> "frozen " + seconds + " s";
      case GONE -> actor.pid() == 0 ? "" : "gone " + seconds + " s";
    };
  }

  private static String chat(Scene scene) {
    var chat = scene.chat();
    if (chat == null || chat.isEmpty()) {
      return "  The chat begins when the replicas are there.";
    }
    var sight = scene.newest();
    var runner = scene.runner();
    if (runner.isEmpty()) {
      return "  Chat %s: %s. What a viewer at each replica sees:".formatted(chat, sight.status());
    }
    var isThere = scene.actors().get(runner.getAsInt()).life() == Life.ALIVE;
    return "  Chat %s: %s by %s. A viewer at each sees:"
        .formatted(
            chat,
            isThere ? sight.status() : "was " + sight.status(),
            Scene.name(runner.getAsInt()));
  }

  private static String sight(int i, Actor.Viewer viewer) {
    var begin = "    %-8s %-19s ".formatted("at " + (i + 1), position(viewer));
    return begin + tail(viewer.sight().words(), WIDTH - begin.length());
  }

  private static String position(Actor.Viewer viewer) {
    var sight = viewer.sight();
    var position = sight.parts() == 0 ? sight.status() : "part " + sight.parts();
    return viewer.connected() ? position : sight.status().isEmpty() ? "" : "cut off, " + position;
  }

  /// As much of the end of a text as there is room for, on one line.
  static String tail(String text, int room) {
    var line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    if (line.length() <= room) {
      return line;
    }
    var end = line.substring(line.length() - room + 1);
    return "…" + (Character.isLowSurrogate(end.charAt(0)) ? end.substring(1) : end);
  }

  private static String age(Duration age) {
    return age.toSeconds() < 100
        ? String.format(Locale.ROOT, "%.1f s", age.toMillis() / 1000.0)
        : age.toMinutes() + " min";
  }

  private static String cut(String line) {
    return line.length() <= WIDTH ? line : line.substring(0, WIDTH);
  }
}
