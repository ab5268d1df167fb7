package chatd.server.cli;

import chatd.server.config.PrivateFile;
import chatd.server.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The first token of the administrator, made once and kept in a file of the data folder that only
/// our account may read.
final class AdminToken {
  private static final Logger LOG = LoggerFactory.getLogger(AdminToken.class);
  private static final String FILE = "admin-token";
  private static final int RANDOM_BYTES = 32;

  private AdminToken() {}

  /// The token of this folder; made now if there is none. Of several processes that make it at once
  /// one succeeds, and all get that one's.
  static Secret keptIn(Path folder) {
    return read(folder, file -> Optional.of(file.keep(AdminToken::fresh))).orElseThrow();
  }

  /// The token of this folder, if one was made.
  ///
  /// @throws CannotRun if the file cannot be read, is open to others or holds no token
  static Optional<Secret> find(Path folder) {
    return read(folder, PrivateFile::find);
  }

  private interface Reading {
    Optional<String> of(PrivateFile file) throws IOException;
  }

  private static Optional<Secret> read(Path folder, Reading reading) {
    var file = new PrivateFile(folder.resolve(FILE));
    try {
      var token = reading.of(file);
      if (token.isPresent() && !token.get().matches("chatd_[A-Za-z0-9_-]{43}")) {
        throw new CannotRun(
            "%s does not hold a token; delete it, and the next start makes a new one."
                .formatted(file.path()));
      }
      return token.map(Secret::new);
    } catch (PrivateFile.OpenToOthers e) {
      throw new CannotRun(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw DataFolder.unusable(folder, e);
    }
  }

  /// Deletes the token of this folder, if one was made: another one is valid in its place now.
  static void forget(Path folder) {
    try {
      Files.deleteIfExists(folder.resolve(FILE));
    } catch (IOException e) {
      LOG.warn("The replaced token in {} could not be deleted: {}", folder, e.toString());
    }
  }

  private static String fresh() {
    var random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    return "chatd_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }
}
