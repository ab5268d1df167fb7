package chatd.server.postgres.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/// The programs of PostgreSQL, unpacked from the class path into a folder named for their version.
///
/// The folder appears all at once by a rename, so what exists under its name is complete.
record Software(Path folder) {
  private static final Logger LOG = LoggerFactory.getLogger(Software.class);

  static final String VERSION = "18.6";
  static final String MAJOR_VERSION = VERSION.substring(0, VERSION.indexOf('.'));

  /// Unpacks once below `parent`; several processes may ask at the same time.
  static Software unpackedBelow(Path parent, Consumer<String> progress) {
    var folder = parent.resolve("postgresql-" + VERSION + "-" + architecture());
    try {
      if (!Files.isDirectory(folder)) {
        unpackUnderLock(folder, progress);
      }
      return new Software(folder);
    } catch (IOException e) {
      throw EmbeddedPostgresException.of(e, parent);
    }
  }

  /// Deletes the programs of other versions beside these, which an update left behind. Only for
  /// whoever has started the server of the folder from these: nothing runs from the others then.
  void removeOthers() {
    var own = folder.getFileName().toString();
    try (var neighbours =
        Files.newDirectoryStream(folder.resolveSibling(""), "postgresql-[0-9]*")) {
      for (var neighbour : neighbours) {
        if (!neighbour.getFileName().toString().startsWith(own)) {
          Folder.delete(neighbour);
          LOG.info("Removed what another version left: {}", neighbour);
        }
      }
    } catch (IOException | DirectoryIteratorException | UncheckedIOException e) {
      LOG.warn("Programs of another version could not be removed: {}", e.toString());
    }
  }

  String program(String name) {
    return folder.resolve("bin").resolve(name).toString();
  }

  private static void unpackUnderLock(Path folder, Consumer<String> progress) throws IOException {
    var lockFile = folder.resolveSibling(folder.getFileName() + ".lock");
    try (var channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = channel.lock()) {
      if (!Files.isDirectory(folder)) {
        progress.accept("Unpacking PostgreSQL " + VERSION + " (first start only) ...");
        var unfinished = folder.resolveSibling(folder.getFileName() + ".unfinished");
        Folder.delete(unfinished);
        Files.createDirectory(unfinished);
        Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var archive = open();
            var tar = new XZInputStream(archive)) {
          new TarReader(tar, unfinished).unpack();
        }
        // One flush of the file system instead of a thousand: the rename must not outlive a power
        // failure that the files do not. Without the program the next disk flush has to do.
        new Command(List.of("sync", "-f", unfinished.toString())).run();
        Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  private static InputStream open() {
    var name = "/postgres-linux-" + architecture() + ".txz";
    var archive = Software.class.getResourceAsStream(name);
    if (archive == null) {
      throw new EmbeddedPostgresException(
          "This build of chatd brings no PostgreSQL for %s on %s; name a database with --database-url."
              .formatted(System.getProperty("os.name"), System.getProperty("os.arch")));
    }
    return archive;
  }

  private static String architecture() {
    return switch (System.getProperty("os.name") + " " + System.getProperty("os.arch")) {
      case "Linux amd64" -> "x86_64";
      case "Linux aarch64" -> "arm_64";
      default -> "unknown";
    };
  }
}
