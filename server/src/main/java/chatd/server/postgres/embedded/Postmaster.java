package chatd.server.postgres.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running server: a child of this process, or one whose own parent died and that was found.
///
/// Whoever starts, finds or stops one holds the folder's lock.
record Postmaster(ProcessHandle process, int port) {
  private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);
  /// A crash may have left much to recover; the process is watched meanwhile.
  private static final Duration START_MAX = Duration.ofMinutes(5);

  private static final Duration FORMER_MAX = Duration.ofMinutes(1);
  private static final Duration ZOMBIE_MAX = Duration.ofSeconds(5);
  private static final Duration STRAY_MAX = Duration.ofSeconds(2);
  private static final Duration FAST_STOP_MAX = Duration.ofSeconds(20);
  private static final Duration IMMEDIATE_STOP_MAX = Duration.ofSeconds(5);

  /// The server that is found running on the data, else a new one; it takes connections.
  static Postmaster findOrStart(Cluster cluster, Database database, Patience patience) {
    var former = former(cluster.folder(), database, patience);
    if (former.isPresent()) {
      LOG.info("Found PostgreSQL running as process {}", former.get().process.pid());
      return former.get();
    }
    return start(cluster, database, patience);
  }

  boolean isRunning() {
    return process.isAlive() && !Processes.isZombie(process.pid());
  }

  /// Ends the server in the mildest way that works: clients are cut off and data written out; then
  /// without writing out; then by force.
  void stop() {
    var patience = Patience.whileClosing();
    signal("INT");
    if (patience.until(FAST_STOP_MAX, () -> !isRunning())) {
      return;
    }
    LOG.warn("PostgreSQL did not stop within {}; stopping it at once", FAST_STOP_MAX);
    signal("QUIT");
    if (!patience.until(IMMEDIATE_STOP_MAX, () -> !isRunning())) {
      process.destroyForcibly();
      patience.until(IMMEDIATE_STOP_MAX, () -> !isRunning());
    }
  }

  private void signal(String name) {
    // Java itself knows only TERM, on which PostgreSQL waits for its clients, and KILL.
    var pid = Long.toString(process.pid());
    new Command(java.util.List.of("sh", "-c", "kill -" + name + " " + pid)).run();
  }

  private static Postmaster start(Cluster cluster, Database database, Patience patience) {
    var folder = cluster.folder();
    folder.rotateLog();
    var port = folder.port();
    var log = LogTail.of(folder.log());
    var server = new Postmaster(spawn(cluster, port), port);
    var ready =
        patience.until(START_MAX, () -> !server.isRunning() || server.isReady(folder, database));
    if (ready && server.isRunning()) {
      LOG.info("PostgreSQL runs as process {} on 127.0.0.1:{}", server.process.pid(), port);
      return server;
    }
    server.stop();
    throw log.failure("PostgreSQL did not start");
  }

  private static ProcessHandle spawn(Cluster cluster, int port) {
    try {
      return cluster.server(port).startLoggingTo(cluster.folder().log().toFile()).toHandle();
    } catch (IOException e) {
      throw EmbeddedPostgresException.of(e, cluster.folder().root());
    }
  }

  private boolean isReady(Folder folder, Database database) {
    return PostmasterFile.read(folder.data())
        .filter(file -> file.pid() == process.pid() && file.ready())
        .map(file -> database.answers(file.port()))
        .orElse(false);
  }

  private static Optional<Postmaster> former(Folder folder, Database database, Patience patience) {
    patience.until(
        FORMER_MAX,
        () -> running(folder).map(server -> server.isReady(folder, database)).orElse(true));
    var found = running(folder);
    if (found.isEmpty()) {
      cleanUp(folder, patience);
      return found;
    }
    if (!found.get().isReady(folder, database)) {
      throw new EmbeddedPostgresException(
          "Process %d holds %s, but it neither takes connections nor ends; end it and start again."
              .formatted(found.get().process.pid(), folder.data()));
    }
    return found;
  }

  private static Optional<Postmaster> running(Folder folder) {
    return PostmasterFile.read(folder.data())
        .filter(file -> Processes.isPostgres(file.pid()))
        .flatMap(
            file ->
                ProcessHandle.of(file.pid()).map(process -> new Postmaster(process, file.port())));
  }

  /// Removes what a killed server left behind and PostgreSQL would take for a running one.
  private static void cleanUp(Folder folder, Patience patience) {
    // Sessions end soon after their server, but one that computes may not look for a while. The
    // file below protects the data from them, so they go first; recovery repairs what they leave.
    if (!patience.until(STRAY_MAX, () -> Processes.marked(folder.mark()).isEmpty())) {
      Processes.marked(folder.mark()).forEach(ProcessHandle::destroyForcibly);
      patience.until(STRAY_MAX, () -> Processes.marked(folder.mark()).isEmpty());
    }
    var left = PostmasterFile.read(folder.data());
    if (left.isEmpty()) {
      return;
    }
    var pid = left.get().pid();
    patience.until(ZOMBIE_MAX, () -> !Processes.isZombie(pid));
    if (ProcessHandle.of(pid).isPresent()) {
      LOG.warn("Removing the sign of a PostgreSQL that is gone; its number {} is taken", pid);
      try {
        Files.delete(PostmasterFile.in(folder.data()));
      } catch (IOException e) {
        throw EmbeddedPostgresException.of(e, folder.data());
      }
    }
  }
}
