package chatd.server.config;

import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// A secret in a file of the data folder that only our account may read. It is made once.
public record PrivateFile(Path path) {
  private static final Set<PosixFilePermission> OURS_ALONE =
      PosixFilePermissions.fromString("rw-------");

  /// A file that others may read. The message is one sentence for the operator.
  public static final class OpenToOthers extends IOException {
    private static final long serialVersionUID = 1;

    OpenToOthers(Path file) {
      super("%s is open to other users of this machine; say chmod 600 %s.".formatted(file, file));
    }
  }

  /// What the file holds; made now if there is none. Of several processes that make it at once one
  /// succeeds, and all get that one's.
  public String keep(Supplier<String> fresh) throws IOException {
    var kept = find();
    if (kept.isPresent()) {
      return kept.get();
    }
    create(fresh.get());
    return find().orElseThrow();
  }

  /// What the file holds, if there is one.
  ///
  /// @throws OpenToOthers if others may read it
  public Optional<String> find() throws IOException {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    var open = EnumSet.copyOf(Files.getPosixFilePermissions(path));
    open.removeAll(OURS_ALONE);
    if (!open.isEmpty()) {
      throw new OpenToOthers(path);
    }
    return Optional.of(Files.readString(path, StandardCharsets.US_ASCII).strip());
  }

  private void create(String text) throws IOException {
    var folder = path.toAbsolutePath().getParent();
    var ours = PosixFilePermissions.asFileAttribute(OURS_ALONE);
    var unfinished =
        Files.createTempFile(folder, path.getFileName().toString(), ".unfinished", ours);
    try {
      try (var channel = FileChannel.open(unfinished, WRITE)) {
        channel.write(StandardCharsets.US_ASCII.encode(text + "\n"));
        channel.force(true);
      }
      Files.createLink(path, unfinished); // Whole or not at all, and never twice.
    } catch (FileAlreadyExistsException _) {
      // Another process was quicker, and its secret is the one.
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }
}
