package chatd.server.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// The folder in which a server keeps what outlives it.
final class DataFolder {

  private DataFolder() {}

  /// Makes the folder if it is missing. Others may pass through it but not list it: under root the
  /// embedded PostgreSQL is one of the others.
  ///
  /// @throws CannotRun if there is no such folder that this user may write to
  static void open(Path folder) {
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
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
