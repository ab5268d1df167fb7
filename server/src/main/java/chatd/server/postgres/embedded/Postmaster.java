package chatd.server.postgres.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running server: a child of this process, or one whose own parent died and that was found.
///
/// Whoever starts, finds or stops one holds the folder's lock.
record Postmaster(ProcessHandle process, int port) {
  private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);

  /// A crash may have left much to recover; the process is watched meanwhile.
  static final Duration START_MAX = Duration.ofMinutes(5);

  private static final Duration FAST_STOP_MAX = Duration.ofSeconds(20);
  private static final Duration HARD_STOP_MAX = Duration.ofSeconds(5);
  static final Duration STOP_MAX = FAST_STOP_MAX.plus(HARD_STOP_MAX).plus(HARD_STOP_MAX);

  private static final Duration FORMER_MAX = Duration.ofMinutes(1);
  private static final Duration ZOMBIE_MAX = Duration.ofSeconds(5);
  private static final Duration STRAY_MAX = Duration.ofSeconds(1);

  /// The server that is found running on the data, else a new one; it takes connections.
  static Postmaster findOrStart(Cluster cluster, Login login, Patience patience) {
    var former = former(cluster.folder(), login, patience);
    if (former.isPresent()) {
      LOG.info("Found PostgreSQL running as process {}", former.get().process.pid());
      return former.get();
    }
    return start(cluster, login, patience);
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
    if (!patience.until(HARD_STOP_MAX, () -> !isRunning())) {
      process.destroyForcibly();
      patience.until(HARD_STOP_MAX, () -> !isRunning());
    }
  }

  private void signal(String name) {
    // Java itself knows only TERM, on which PostgreSQL waits for its clients, and KILL.
    var pid = Long.toString(process.pid());
    new Command(List.of("/bin/sh", "-c", "kill -" + name + " " + pid)).run();
  }

  private static Postmaster start(Cluster cluster, Login login, Patience patience) {
    var folder = cluster.folder();
    folder.openLog();
    var port = folder.port();
    var log = LogTail.of(folder.log());
    var server = new Postmaster(spawn(cluster, port), port);
    try {
      patience.until(START_MAX, () -> !server.isRunning() || server.saysReady(folder));
      if (!server.saysReady(folder)) {
        throw log.failure("PostgreSQL did not start");
      }
      login.makeDatabase(port);
      cluster.software().removeOthers();
      LOG.info("PostgreSQL runs as process {} on 127.0.0.1:{}", server.process.pid(), port);
      return server;
    } catch (SQLException e) {
      server.stop();
      throw new EmbeddedPostgresException(
          "PostgreSQL runs but refuses its own user: " + e.getMessage() + ".", e);
    } catch (EmbeddedPostgresException e) {
      server.stop();
      throw e;
    }
  }

  private static ProcessHandle spawn(Cluster cluster, int port) {
    try {
      return cluster.server(port).startLoggingTo(cluster.folder().log().toFile()).toHandle();
    } catch (IOException e) {
      throw EmbeddedPostgresException.of(e, cluster.folder().root());
    }
  }

  private boolean saysReady(Folder folder) {
    return PostmasterFile.read(folder.data())
        .map(file -> file.pid() == process.pid() && file.ready())
        .orElse(false);
  }

  private boolean isUsable(Folder folder, Login login) {
    try {
      if (isRunning() && saysReady(folder)) {
        login.makeDatabase(port);
        return true;
      }
      return false;
    } catch (SQLException _) {
      return false; // It may be going down just now.
    }
  }

  private static Optional<Postmaster> former(Folder folder, Login login, Patience patience) {
    patience.until(
        FORMER_MAX,
        () -> running(folder).map(server -> server.isUsable(folder, login)).orElse(true));
    var found = running(folder);
    if (found.isEmpty()) {
      cleanUp(folder, patience);
    } else if (!found.get().isUsable(folder, login)) {
      throw new EmbeddedPostgresException(
          "PostgreSQL, process %d, is already at work in %s, but it neither lets chatd in nor ends; end it and start again."
              .formatted(found.get().process.pid(), folder.data()));
    }
    return found;
  }

  private static Optional<Postmaster> running(Folder folder) {
    return PostmasterFile.read(folder.data())
        .filter(file -> Processes.isServer(file.pid(), folder))
        .flatMap(file ->
            ProcessHandle.of(file.pid()).map(process -> new Postmaster(process, file.port())));
  }

  /// Removes what a killed server left behind and PostgreSQL would take for a running one.
  private static void cleanUp(Folder folder, Patience patience) {
    // Sessions end soon after their server, but one that computes may not look for a while. They go
    // first: the file is also what keeps a new server from starting beside them.
    if (!patience.until(STRAY_MAX, () -> Processes.of(folder).isEmpty())) {
      Processes.of(folder).forEach(ProcessHandle::destroyForcibly);
      patience.until(STRAY_MAX, () -> Processes.of(folder).isEmpty());
    }
    var left = PostmasterFile.read(folder.data());
    if (left.isEmpty()) {
      return;
    }
    var pid = left.get().pid();
    patience.until(ZOMBIE_MAX, () -> !Processes.isZombie(pid));
    // A number that is free, or that another PostgreSQL has, is PostgreSQL's own to judge.
    if (ProcessHandle.of(pid).isPresent() && !Processes.isPostgres(pid)) {
      LOG.warn("Removing the sign of a PostgreSQL that is gone; its number {} is taken", pid);
      try {
        Files.delete(PostmasterFile.in(folder.data()));
      } catch (IOException e) {
        throw EmbeddedPostgresException.of(e, folder.data());
      }
    }
  }
}
