package chatd.server.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Set;

/// The folder in which a server keeps what outlives it.
final class DataFolder {
  // Under root the embedded PostgreSQL is one of the others, and must get through.
  private static final Set<PosixFilePermission> PASSABLE =
      PosixFilePermissions.fromString("rwx--x--x");

  private DataFolder() {}

  /// Makes the folder if it is missing. Others may pass through it but not list it.
  ///
  /// @throws CannotRun if there is no such folder that this user may write to
  static void open(Path folder) {
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PASSABLE);
      }
    } catch (IOException e) {
      throw unusable(folder, e);
    }
    if (!Files.isWritable(folder)) {
      throw new CannotRun(
          "The data folder %s may not be written to by this user; choose another one with --data-dir."
              .formatted(folder));
    }
  }

  /// A new folder for a short time, in which a data folder may be.
  static Path temporary(String prefix) throws IOException {
    var folder = Files.createTempDirectory(prefix);
    Files.setPosixFilePermissions(folder, PASSABLE);
    return folder;
  }

  /// Deletes it with everything in it.
  static void delete(Path tree) throws IOException {
    try (var paths = Files.walk(tree)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /// What a failed access to something in the folder means.
  static CannotRun unusable(Path folder, IOException cause) {
    var reason =
        switch (cause) {
          case AccessDeniedException e -> "no permission for " + e.getFile();
          case FileAlreadyExistsException e -> e.getFile() + " is not a folder";
          case FileSystemException e when e.getReason() != null ->
              e.getReason() + " (" + e.getFile() + ")";
          default -> String.valueOf(cause.getMessage());
        };
    return new CannotRun(
        "The data folder %s cannot be used: %s; choose another one with --data-dir."
            .formatted(folder, reason),
        cause);
  }
}
