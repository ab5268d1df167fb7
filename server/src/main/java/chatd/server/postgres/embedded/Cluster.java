package chatd.server.postgres.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The data of the server, with everything that is needed to run PostgreSQL on them.
///
/// @param settings `name=value`, on top of the usual ones
record Cluster(Folder folder, Software software, Launcher launcher, List<String> settings) {
  private static final List<String> USUAL_SETTINGS =
      List.of(
          "listen_addresses=127.0.0.1",
          "unix_socket_directories=",
          "max_connections=100",
          "shared_buffers=64MB",
          // Parallel queries need more shared memory than a container gives by default.
          "max_parallel_workers_per_gather=0",
          "jit=off",
          "timezone=UTC",
          "log_timezone=UTC",
          "log_checkpoints=off",
          "log_error_verbosity=terse", // More would quote rows.
          "logging_collector=off",
          "shared_preload_libraries=pg_stat_statements");

  /// The command that becomes the server.
  Command server(int port) {
    var line = new ArrayList<>(List.of(software.program("postgres"), "-D", data().toString()));
    for (var setting : USUAL_SETTINGS) {
      line.addAll(List.of("-c", setting));
    }
    line.addAll(List.of("-c", "port=" + port, "-c", "cluster_name=" + folder.mark()));
    for (var setting : settings) {
      line.addAll(List.of("-c", setting));
    }
    return launcher.command(line);
  }

  /// Makes the data folder if there is none, and refuses one that these programs cannot use.
  void prepare(String password, Consumer<String> progress) {
    try {
      if (Files.exists(data())) {
        requireUsable();
      } else {
        progress.accept("Creating the database folder (first start only) ...");
        initialize(password);
      }
    } catch (IOException e) {
      throw EmbeddedPostgresException.of(e, folder.root());
    }
  }

  private void requireUsable() throws IOException {
    var owner = Files.getOwner(data()).getName();
    if (!owner.equals(launcher.owner())) {
      throw new EmbeddedPostgresException(
          "%s belongs to %s, but PostgreSQL would run as %s; run chatd as before or choose another data folder."
              .formatted(data(), owner, launcher.owner()));
    }
    var version = Files.readString(data().resolve("PG_VERSION")).strip();
    if (!version.equals(Software.MAJOR_VERSION)) {
      throw new EmbeddedPostgresException(
          "%s was made by PostgreSQL %s and this chatd brings %s; export it with programs of version %s or choose another data folder."
              .formatted(data(), version, Software.MAJOR_VERSION, version));
    }
  }

  private void initialize(String password) throws IOException {
    var unfinished = folder.root().resolve("data.unfinished");
    var secret = folder.root().resolve("initial-password");
    Folder.delete(unfinished);
    Files.createDirectory(unfinished);
    Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwx------"));
    Folder.write(secret, password);
    try {
      give(unfinished);
      give(secret);
      folder.openLog();
      var log = LogTail.of(folder.log());
      if (!launcher.command(initdb(unfinished, secret)).runLoggingTo(folder.log().toFile())) {
        throw log.failure("The data folder of PostgreSQL could not be made");
      }
    } finally {
      Files.delete(secret);
    }
    Files.move(unfinished, data(), StandardCopyOption.ATOMIC_MOVE);
  }

  private List<String> initdb(Path unfinished, Path secret) {
    return List.of(
        software.program("initdb"),
        "--pgdata=" + unfinished,
        "--username=" + Login.USER,
        "--pwfile=" + secret,
        "--auth-host=scram-sha-256",
        "--auth-local=reject",
        "--encoding=UTF8",
        "--no-locale",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--data-checksums",
        "--no-instructions");
  }

  private void give(Path path) throws IOException {
    var owner =
        path.getFileSystem()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName(launcher.owner());
    if (!Files.getOwner(path).equals(owner)) {
      Files.setOwner(path, owner);
    }
  }

  private Path data() {
    return folder.data();
  }
}
