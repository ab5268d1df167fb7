package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;

/// Processes that know every migration but the newest, so that they make, and work on, the tables
/// of the version before this one.
final class PreviousVersion {
  private static final Path MIGRATIONS = Path.of("db", "migration");

  private PreviousVersion() {}

  /// The class path of such a process. What differs from ours is copied into this folder.
  static String classPath(Path folder) throws IOException {
    var entries = new ArrayList<String>();
    var copies = 0;
    for (var entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      var place = Path.of(entry);
      if (Files.isDirectory(place.resolve(MIGRATIONS))) {
        copy(place, folder);
        Files.delete(newestMigration(folder));
        entries.add(folder.toString());
        copies++;
      } else {
        entries.add(entry);
      }
    }
    assertThat(copies).as("folders with migrations on the class path").isEqualTo(1);
    return String.join(File.pathSeparator, entries);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var copy = to.resolve(from.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  private static Path newestMigration(Path classes) throws IOException {
    try (var files = Files.list(classes.resolve(MIGRATIONS))) {
      return files.max(Comparator.comparingInt(PreviousVersion::number)).orElseThrow();
    }
  }

  /// Of a file such as `V12__what.sql`.
  private static int number(Path migration) {
    return Integer.parseInt(migration.getFileName().toString().replaceFirst("^V(\\d+)__.*$", "$1"));
  }
}
