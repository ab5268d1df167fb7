package chatd.server.postgres.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Set;

/// Where one embedded server keeps its files, and the two facts chosen once for it: the password
/// and the port.
///
/// @param root holds everything below but the programs
/// @param software holds the unpacked programs; folders may share it
record Folder(Path root, Path software) {
  private static final Set<PosixFilePermission> PASSABLE =
      PosixFilePermissions.fromString("rwx--x--x");
  private static final FileAttribute<Set<PosixFilePermission>> OURS_ALONE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final long LOG_BYTES_MAX = 10_000_000;
  // Below the range from which systems usually take the ports of outgoing connections, so that the
  // port is still free after an outage, and no retrying client can connect to itself.
  private static final int PORT_MIN = 20_000;
  private static final int PORT_MAX = 32_000;
  private static final int PORT_TRIES = 100;

  /// Makes the folder if it is missing. Others may pass through it but not list it, because under
  /// root the server is one of the others.
  static Folder createdIn(Path dataDir) {
    try {
      if (!Files.isDirectory(dataDir)) {
        Files.createDirectories(dataDir);
        Files.setPosixFilePermissions(dataDir, PASSABLE);
      }
      var root = dataDir.toRealPath().resolve("postgres");
      if (!Files.isDirectory(root)) {
        Files.createDirectory(root);
        Files.setPosixFilePermissions(root, PASSABLE);
      }
      return new Folder(root, root);
    } catch (IOException e) {
      throw EmbeddedPostgresException.of(e, dataDir);
    }
  }

  Path data() {
    return root.resolve("data");
  }

  Path lock() {
    return root.resolve("lock");
  }

  Path log() {
    return root.resolve("postgres.log");
  }

  /// A mark on the command line of this folder's server and on the title of each of its sessions.
  String mark() {
    return "chatd-" + HexFormat.of().toHexDigits(root.toString().hashCode());
  }

  /// The password of the database user, made at the first call; readable for our account only.
  String password() {
    var file = root.resolve("password");
    try {
      if (!Files.exists(file)) {
        if (Files.exists(data())) {
          throw new EmbeddedPostgresException(
              "The password of the embedded PostgreSQL is gone: %s is missing; restore it from a backup."
                  .formatted(file));
        }
        var bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        write(file, HexFormat.of().formatHex(bytes));
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw EmbeddedPostgresException.of(e, root);
    }
  }

  /// The port to start on: always the same one, unless somebody else has taken it meanwhile.
  int port() {
    var file = root.resolve("port");
    try {
      if (Files.exists(file)) {
        var kept = Files.readString(file).strip();
        if (kept.matches("\\d{1,5}") && isFree(Integer.parseInt(kept))) {
          return Integer.parseInt(kept);
        }
      }
      var port = freePort();
      write(file, Integer.toString(port));
      return port;
    } catch (IOException e) {
      throw EmbeddedPostgresException.of(e, root);
    }
  }

  /// Makes the log if it is missing, and begins a new one when it has grown large; one old log is
  /// kept. It may quote statements, so only our account may read it.
  void openLog() {
    try {
      if (Files.exists(log()) && Files.size(log()) > LOG_BYTES_MAX) {
        Files.move(log(), root.resolve("postgres.log.old"), REPLACE_EXISTING);
      }
      if (!Files.exists(log())) {
        Files.createFile(log(), OURS_ALONE);
      }
    } catch (IOException e) {
      throw EmbeddedPostgresException.of(e, root);
    }
  }

  /// Replaces a file as a whole; only our account may read it.
  static void write(Path file, String text) throws IOException {
    var unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    Files.deleteIfExists(unfinished);
    try (var channel = FileChannel.open(unfinished, Set.of(CREATE_NEW, WRITE), OURS_ALONE)) {
      var bytes = US_ASCII.encode(text + "\n");
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(unfinished, file, ATOMIC_MOVE);
  }

  /// Deletes a folder with everything in it, if there is one.
  static void delete(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (var paths = Files.walk(tree)) {
        for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static int freePort() throws IOException {
    var random = new SecureRandom();
    for (var i = 0; i < PORT_TRIES; i++) {
      var port = random.nextInt(PORT_MIN, PORT_MAX);
      if (isFree(port)) {
        return port;
      }
    }
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
      return true;
    } catch (IOException | IllegalArgumentException _) {
      return false;
    }
  }
}
