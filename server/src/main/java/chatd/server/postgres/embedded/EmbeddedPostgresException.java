package chatd.server.postgres.embedded;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
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
    var place = cause instanceof FileSystemException e && e.getFile() != null ? e.getFile() : folder;
    if (String.valueOf(cause.getMessage()).contains("No space left on device")) {
      return diskFull(folder);
    }
    if (cause instanceof AccessDeniedException) {
      return new EmbeddedPostgresException(
          "The folder of the embedded PostgreSQL cannot be used: no permission for "
              + place
              + "; change its owner or choose another data folder.",
          cause);
    }
    return new EmbeddedPostgresException(
        "The folder of the embedded PostgreSQL cannot be used: " + cause, cause);
  }
}
