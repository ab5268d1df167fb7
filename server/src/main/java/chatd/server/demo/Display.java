package chatd.server.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// Where the demo is shown.
sealed interface Display {

  /// A terminal that can be drawn on gets the whole picture, everything else a line for each thing
  /// that happens.
  static Display choose(PrintWriter out, Picture picture) {
    return Shell.runOnTerminal("test -t 1 && test \"${TERM:-dumb}\" != dumb")
        ? new Screen(out, picture)
        : new Lines(out);
  }

  void begin();

  void show(Scene scene, Duration now);

  /// Nothing is shown afterwards but what others write. May be called several times.
  void end();

  /// The picture, drawn over the last one on a screen of its own; what was on the terminal before
  /// comes back at the end.
  final class Screen implements Display {
    private static final String BEGIN = "\033[?1049h\033[?25l\033[?7l\033[2J";
    private static final String END = "\033[?7h\033[?25h\033[?1049l";

    private final PrintWriter out;
    private final Picture picture;
    private List<String> shown = List.of();
    private boolean open;

    private Screen(PrintWriter out, Picture picture) {
      this.out = out;
      this.picture = picture;
    }

    @Override
    public void begin() {
      open = true;
      write(BEGIN);
    }

    @Override
    public void show(Scene scene, Duration now) {
      var lines = picture.of(scene, now);
      if (!lines.equals(shown)) {
        shown = lines;
        write("\033[H" + String.join("\033[K\r\n", lines) + "\033[J");
      }
    }

    @Override
    public void end() {
      if (open) {
        open = false;
        write(END);
        shown.forEach(out::println); // How it ended stays to be read.
        out.flush();
      }
    }

    private void write(String text) {
      out.print(text);
      out.flush();
    }
  }

  /// What happens, as lines, and every few seconds what the viewers see.
  final class Lines implements Display {
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final int WORDS = 50;

    private final PrintWriter out;
    private long told;
    private Duration seen = Duration.ZERO;

    private Lines(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void begin() {}

    @Override
    public void show(Scene scene, Duration now) {
      scene.story().after(told).forEach(entry -> out.println(Picture.line(entry)));
      told = scene.story().told();
      if (scene.runner().isPresent() && now.minus(seen).compareTo(PAUSE) >= 0) {
        seen = now;
        for (var i = 0; i < scene.actors().size(); i++) {
          seen(i, scene.actors().get(i).viewer(), now);
        }
      }
      out.flush();
    }

    private void seen(int i, Actor.Viewer viewer, Duration now) {
      if (viewer.connected()) {
        out.printf(
            Locale.ROOT,
            "%6.1f s    seen at %s: part %d %s%n",
            now.toMillis() / 1000.0,
            Scene.name(i),
            viewer.sight().parts(),
            Picture.tail(viewer.sight().words(), WORDS));
      }
    }

    @Override
    public void end() {}
  }
}
