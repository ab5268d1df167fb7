package chatd.server.postgres.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// How PostgreSQL is started here: what goes before its command line, and the account that must own
/// its data.
///
/// PostgreSQL refuses to run as root, so under root it becomes `nobody`. Where the machine has the
/// programs for it, the server also ends by itself when the thread that started it is gone
/// (`setpriv --pdeathsig`), and it gets a session of its own (`setsid`), so that Ctrl-C in a
/// terminal reaches chatd alone, which then stops the database last. Each of these programs
/// replaces itself by the next: the process started is the server.
record Launcher(List<String> prefix, String owner) {
  private static final String NOBODY = "nobody";

  static Launcher choose() {
    var me = account();
    if (me.equals("root")) {
      return chooseForRoot();
    }
    if (me.chars().allMatch(Character::isDigit)) {
      throw new EmbeddedPostgresException(
          "User id %s has no entry in /etc/passwd, which PostgreSQL needs; add one or name a database with --database-url."
              .formatted(me));
    }
    return Stream.of("setsid setpriv --pdeathsig INT", "setsid")
        .map(prefix -> new Launcher(words(prefix), me))
        .filter(Launcher::works)
        .findFirst()
        .orElse(new Launcher(List.of(), me));
  }

  /// Refuses a folder that the account cannot reach, by the name of the first closed one above it.
  void requireReachable(Path folder) {
    if (reaches(folder)) {
      return;
    }
    var closed = parents(folder).stream().filter(parent -> !reaches(parent)).findFirst();
    throw new EmbeddedPostgresException(
        "PostgreSQL runs as %s here and cannot enter %s; open that folder (chmod o+x) or choose another data folder."
            .formatted(owner, closed.orElse(folder)));
  }

  Command command(List<String> line) {
    var whole = new ArrayList<>(prefix);
    whole.addAll(line);
    return new Command(whole);
  }

  private boolean reaches(Path folder) {
    return command(List.of("/bin/sh", "-c", "cd \"$1\"", "sh", folder.toString())).run();
  }

  private static Launcher chooseForRoot() {
    var drop = "setpriv --reuid=" + NOBODY + " --regid=" + group() + " --clear-groups";
    return Stream.of(
            new Launcher(words("setsid " + drop + " --pdeathsig INT"), NOBODY),
            new Launcher(words(drop + " --pdeathsig INT"), NOBODY),
            new Launcher(words(drop), NOBODY),
            // Last, because the kernel still sees root there: files of root stay readable.
            new Launcher(words("unshare -U"), "root"))
        .filter(Launcher::works)
        .findFirst()
        .orElseThrow(() ->
            new EmbeddedPostgresException(
                "PostgreSQL does not run as root, and there is no way to become nobody here; install setpriv (package util-linux), run chatd as another user or name a database with --database-url."));
  }

  private boolean works() {
    return command(List.of("/bin/sh", "-c", ":")).run();
  }

  private static String account() {
    try {
      return Files.getOwner(Path.of("/proc/self")).getName();
    } catch (IOException e) {
      throw EmbeddedPostgresException.of(e, Path.of("/proc/self"));
    }
  }

  /// The number of nobody's group: its name differs between distributions.
  private static String group() {
    try (var lines = Files.lines(Path.of("/etc/passwd"))) {
      return lines
          .map(line -> line.split(":", -1))
          .filter(fields -> fields.length > 3 && fields[0].equals(NOBODY))
          .map(fields -> fields[3])
          .findFirst()
          .orElse(NOBODY);
    } catch (IOException e) {
      throw EmbeddedPostgresException.of(e, Path.of("/etc/passwd"));
    }
  }

  private static List<Path> parents(Path folder) {
    var parents = new ArrayList<Path>();
    for (Path path = folder; path != null; path = path.getParent()) {
      parents.addFirst(path);
    }
    return parents;
  }

  private static List<String> words(String line) {
    return List.of(line.split(" "));
  }
}
