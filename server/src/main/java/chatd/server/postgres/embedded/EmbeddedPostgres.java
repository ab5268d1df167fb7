package chatd.server.postgres.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A PostgreSQL server on a folder, kept running as long as this is open.
///
/// Several processes may open one folder and share the server. The one that holds the folder's lock
/// runs it; when that process ends, in whatever way, another one takes the lock and starts the
/// server again, and when the server itself dies it is started again. Connections break meanwhile;
/// the address stays the same unless a stranger has taken the port.
///
/// One platform thread does everything: the operating system ends the server together with the
/// thread that started it. A folder may be open once in a process, because file locks belong to
/// processes.
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration RETRY_MAX = Duration.ofSeconds(30);
  private static final Duration SHARE_MAX = Postmaster.START_MAX.plusMinutes(1);
  private static final Duration CLOSE_MAX = Postmaster.STOP_MAX.plusSeconds(10);

  private final Folder folder;
  private final List<String> settings;
  private final Consumer<String> progress;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Patience patience = new Patience(closing);
  private final CompletableFuture<Login> opened = new CompletableFuture<>();
  private final Thread thread =
      Thread.ofPlatform().daemon().name("embedded-postgres").unstarted(this::supervise);

  private volatile int port;

  // Of the thread alone.
  private @Nullable FileLock lock;
  private @Nullable Postmaster server;

  private EmbeddedPostgres(Folder folder, List<String> settings, Consumer<String> progress) {
    this.folder = folder;
    this.settings = settings;
    this.progress = progress;
  }

  /// Starts the server of a data folder, or joins the one that another process runs; makes folder,
  /// server and database at the first time. Under root the folder and those above it must be open
  /// for passing through (`x`) to `nobody`.
  ///
  /// @param dataDir everything goes into its subfolder `postgres`
  /// @param progress is told, in sentences for the operator, of what takes long; on another thread
  /// @throws EmbeddedPostgresException if there is no way to run it, with the reason
  public static EmbeddedPostgres open(Path dataDir, Consumer<String> progress) {
    return open(Folder.createdIn(dataDir), List.of(), progress);
  }

  static EmbeddedPostgres open(Folder folder, List<String> settings, Consumer<String> progress) {
    var postgres = new EmbeddedPostgres(folder, settings, progress);
    postgres.thread.start();
    try {
      postgres.login();
      return postgres;
    } catch (EmbeddedPostgresException e) {
      postgres.close();
      throw e;
    }
  }

  /// The address of the database as of now. It changes only when a restart finds the port taken, so
  /// it may be asked for again whenever connections fail.
  public String jdbcUrl() {
    return Login.url(port, database());
  }

  /// The name of the database, which belongs to `user()`.
  public String database() {
    return Login.DATABASE;
  }

  /// The database user, with all rights on the server.
  public String user() {
    return Login.USER;
  }

  /// The password of `user()`; the same as long as the folder lives.
  public String password() {
    return login().password();
  }

  /// Stops the server if this process runs it, which cuts off its clients; another process that has
  /// the folder open starts it again. Returns when the server has ended.
  @Override
  public void close() {
    closing.countDown();
    try {
      if (!thread.join(CLOSE_MAX)) {
        LOG.warn("PostgreSQL in {} did not stop in time", folder.root());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Login login() {
    try {
      return opened.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof EmbeddedPostgresException known
          ? known
          : new EmbeddedPostgresException("The embedded PostgreSQL failed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedPostgresException("The start of PostgreSQL was interrupted.", e);
    }
  }

  private void supervise() {
    try (var channel =
        FileChannel.open(folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      try {
        opened.complete(enter(channel));
        keepRunning(channel);
      } finally {
        if (server != null) {
          server.stop(); // Before the lock is given back, or another one would start beside it.
        }
      }
    } catch (IOException e) {
      fail(EmbeddedPostgresException.of(e, folder.root()));
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void fail(RuntimeException e) {
    if (!opened.completeExceptionally(e)) {
      LOG.error("The embedded PostgreSQL is no longer looked after", e);
    }
  }

  private Login enter(FileChannel channel) {
    if (!takesLock(channel) && !joins()) {
      progress.accept("Waiting for another chatd that starts PostgreSQL on this folder ...");
      if (!patience.until(SHARE_MAX, () -> takesLock(channel) || joins())) {
        throw new EmbeddedPostgresException(
            "Another process has %s open, but no PostgreSQL answers there; end that process or choose another data folder."
                .formatted(folder.root()));
      }
    }
    return lock == null ? new Login(folder.password()) : run();
  }

  private void keepRunning(FileChannel channel) {
    var retry = LOOK;
    while (!patience.pause(retry)) {
      try {
        look(channel);
        retry = LOOK;
      } catch (EmbeddedPostgresException e) {
        if (closing.getCount() == 0) {
          return; // It was the closing that broke the start off.
        }
        var longer = retry.multipliedBy(2);
        retry = longer.compareTo(RETRY_MAX) < 0 ? longer : RETRY_MAX;
        LOG.error("PostgreSQL is down; next try in {}: {}", retry, e.getMessage());
      }
    }
  }

  private void look(FileChannel channel) {
    if (lock == null) {
      if (!takesLock(channel)) {
        findsServer();
        return;
      }
      LOG.info("The process that ran PostgreSQL is gone; taking over");
      run();
    } else if (server == null || !server.isRunning()) {
      LOG.warn("PostgreSQL is gone; starting it again");
      server = null;
      run();
    }
  }

  private boolean takesLock(FileChannel channel) {
    try {
      if (lock == null) {
        lock = channel.tryLock();
      }
      return lock != null;
    } catch (OverlappingFileLockException e) {
      throw new EmbeddedPostgresException(folder.root() + " is already open in this process.", e);
    } catch (IOException e) {
      throw EmbeddedPostgresException.of(e, folder.root());
    }
  }

  /// Whether another process runs a server that answers.
  private boolean joins() {
    return findsServer() && new Login(folder.password()).answers(port);
  }

  private boolean findsServer() {
    var found = PostmasterFile.read(folder.data()).filter(PostmasterFile::ready);
    found.ifPresent(file -> port = file.port());
    return found.isPresent();
  }

  private Login run() {
    var launcher = Launcher.choose();
    Stream.of(folder.root(), folder.software()).distinct().forEach(launcher::requireReachable);
    var software = Software.unpackedBelow(folder.software(), progress);
    var login = new Login(folder.password());
    var cluster = new Cluster(folder, software, launcher, settings);
    cluster.prepare(login.password(), progress);
    server = Postmaster.findOrStart(cluster, login, patience);
    port = server.port();
    return login;
  }
}
