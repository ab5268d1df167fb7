package chatd.server.cli;

import static java.nio.file.StandardOpenOption.WRITE;

import chatd.server.config.Secret;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The first token of the administrator, made once and kept in a file of the data folder that only
/// our account may read.
final class AdminToken {
  private static final Logger LOG = LoggerFactory.getLogger(AdminToken.class);
  private static final String FILE = "admin-token";
  private static final Set<PosixFilePermission> OURS_ALONE =
      PosixFilePermissions.fromString("rw-------");
  private static final int RANDOM_BYTES = 32;

  private AdminToken() {}

  /// The token of this folder; made now if there is none. Of several processes that make it at once
  /// one succeeds, and all get that one's.
  static Secret keptIn(Path folder) {
    var kept = find(folder);
    if (kept.isPresent()) {
      return kept.get();
    }
    try {
      create(folder);
    } catch (IOException e) {
      throw DataFolder.unusable(folder, e);
    }
    return find(folder).orElseThrow();
  }

  /// The token of this folder, if one was made.
  ///
  /// @throws CannotRun if the file cannot be read, is open to others or holds no token
  static Optional<Secret> find(Path folder) {
    var file = folder.resolve(FILE);
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      checkPrivate(file);
      var token = Files.readString(file, StandardCharsets.US_ASCII).strip();
      if (!token.matches("chatd_[A-Za-z0-9_-]{43}")) {
        throw new CannotRun(
            "%s does not hold a token; delete it, and the next start makes a new one."
                .formatted(file));
      }
      return Optional.of(new Secret(token));
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

  private static void checkPrivate(Path file) throws IOException {
    var open = EnumSet.copyOf(Files.getPosixFilePermissions(file));
    open.removeAll(OURS_ALONE);
    if (!open.isEmpty()) {
      throw new CannotRun(
          "%s is open to other users of this machine; say chmod 600 %s.".formatted(file, file));
    }
  }

  private static void create(Path folder) throws IOException {
    var random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    var token = "chatd_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    var ours = PosixFilePermissions.asFileAttribute(OURS_ALONE);
    var unfinished = Files.createTempFile(folder, FILE, ".unfinished", ours);
    try {
      write(unfinished, token + "\n");
      Files.createLink(folder.resolve(FILE), unfinished); // Whole or not at all, and never twice.
    } catch (FileAlreadyExistsException _) {
      // Another process was quicker, and its token is the one.
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private static void write(Path file, String text) throws IOException {
    try (var channel = FileChannel.open(file, WRITE)) {
      channel.write(StandardCharsets.US_ASCII.encode(text));
      channel.force(true);
    }
  }
}
