package chatd.server.postgres.embedded;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The embedded PostgreSQL cannot be used here. The message is one sentence for the operator: what
/// is wrong, where, and what can be done.
public final class EmbeddedPostgresException extends RuntimeException {
  EmbeddedPostgresException(String sentence) {
    super(sentence);
  }

  EmbeddedPostgresException(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
  }

  static EmbeddedPostgresException diskFull(Path place) {
    return new EmbeddedPostgresException("The disk that holds " + place + " is full.");
  }

  /// Says what a failed access to the file system below `folder` means for the operator.
  static EmbeddedPostgresException of(IOException cause, Path folder) {
    var message = String.valueOf(cause.getMessage());
    if (message.contains("No space left on device")) {
      return diskFull(folder);
    }
    var reason =
        switch (cause) {
          case AccessDeniedException _ -> "no permission for " + message;
          case NoSuchFileException _ -> message + " is missing";
          case FileAlreadyExistsException _ -> message + " is not a folder";
          default -> message;
        };
    return new EmbeddedPostgresException(
        "The embedded PostgreSQL cannot use %s: %s; choose another data folder or correct that."
            .formatted(folder, reason),
        cause);
  }
}
