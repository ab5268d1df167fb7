package chatd.bench.chaos;

import chatd.bench.process.RunningProcess;
import chatd.bench.user.Client;
import chatd.bench.user.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Where one replica runs, and after its end the next one. Everything that it says to others, and
/// others to it, goes through proxies of this place.
public final class Place implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int STARTS_MAX = 40;
  private static final Duration BETWEEN_STARTS = Duration.ofMillis(500);

  private final int number;
  private final Starter starter;
  private final Way clients = new Way();
  private final Way link = new Way();
  private final Way database = new Way();
  private final Way provider = new Way();
  private final AtomicBoolean isTaken = new AtomicBoolean();
  private volatile @Nullable RunningProcess process;
  private volatile boolean isClosed;

  /// Starts a replica.
  @FunctionalInterface
  public interface Starter {
    /// Returns when it is ready.
    ///
    /// @throws IllegalStateException if it has ended instead
    RunningProcess start(Place place) throws IOException, InterruptedException;
  }

  public Place(int number, Starter starter, int databasePort, int providerPort) {
    this.number = number;
    this.starter = starter;
    var _ = database.proxy().leadTo(databasePort);
    var _ = provider.proxy().leadTo(providerPort);
  }

  public int number() {
    return number;
  }

  /// Where its replica reaches the database.
  public int databasePort() {
    return database.proxy().port();
  }

  /// Where its replica reaches the provider.
  public int providerPort() {
    return provider.proxy().port();
  }

  /// Where other replicas reach it.
  public String linkAddress() {
    return link.proxy().address();
  }

  int port() {
    return clients.proxy().port();
  }

  /// All ways to it and from it: of clients, of other replicas, to the database, to the provider.
  List<Way> ways() {
    return List.of(clients, link, database, provider);
  }

  /// Claims the process for oneself; false if somebody else has.
  boolean take() {
    return isTaken.compareAndSet(false, true);
  }

  void giveBack() {
    isTaken.set(false);
  }

  Optional<RunningProcess> process() {
    return Optional.ofNullable(process);
  }

  /// Starts a replica, again and again while there is something in its way.
  void start() throws IOException, InterruptedException {
    for (var i = 1; !isClosed; i++) {
      try {
        var started = starter.start(this);
        var _ = clients.proxy().leadTo(started.port());
        var _ = link.proxy().leadTo(started.port());
        process = started;
        if (isClosed) {
          started.end();
        }
        return;
      } catch (IOException | IllegalStateException e) {
        if (i == STARTS_MAX) {
          throw e;
        }
        Thread.sleep(BETWEEN_STARTS);
      }
    }
  }

  /// Its replica has ended: nobody listens at its address until there is a new one, and others have
  /// to see that.
  void startAgain(Duration later) throws IOException, InterruptedException {
    link.refuse();
    Thread.sleep(later);
    start();
    link.accept();
  }

  /// The id of the replica that runs here; nothing if it does not answer.
  Optional<String> replica() {
    var running = process;
    if (running == null) {
      return Optional.empty();
    }
    try (var client = new Client(running.port(), PATIENCE)) {
      return client.exchange(Request.of("GET", "/healthz")).header("X-Chat-Replica-Id");
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /// Ends what runs here, whatever it is doing.
  @Override
  public void close() {
    isClosed = true;
    var running = process;
    if (running != null) {
      running.end();
      running.awaitEnd();
    }
    ways().forEach(way -> way.proxy().close());
  }
}
