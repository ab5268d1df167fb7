package chatd.server.postgres;

import chatd.core.chat.ReplicaId;
import chatd.engine.port.Hint;
import chatd.engine.port.Pubsub;
import chatd.engine.port.StoreException;
import chatd.engine.port.Time;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/// Hints over LISTEN and NOTIFY, and the session lock by which others see that this process lives.
///
/// Two threads. One sends: it gives hints a few milliseconds to gather, because fifty notifications
/// in one statement cost about as much as one alone. The other listens on a connection of its own,
/// which also holds the lock. A connection that was cut off in silence looks like one on which
/// nothing happens, so the replica sends itself a sign every two seconds, and takes the connection
/// for dead when none has come for five.
public final class PostgresPubsub implements Pubsub, AutoCloseable {
  static final String CHANNEL = "chatd_hints";

  /// In this time the replica that was sent a message takes its chat up: both go out together.
  private static final Duration GATHER = Duration.ofMillis(10);

  private static final Duration SIGN_EVERY = Duration.ofSeconds(2);
  private static final Duration SIGN_MISSED = Duration.ofSeconds(5);
  private static final Duration LOOK_UP = Duration.ofMillis(250);
  private static final Duration RECONNECT_MIN = Duration.ofMillis(50);
  private static final Duration RECONNECT_MAX = Duration.ofSeconds(2);

  private final Database database;
  private final Time time;
  private final HintOutbox outbox = new HintOutbox();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();
  private final HintCounts counts = new HintCounts();
  private volatile ReplicaId me;
  private volatile @Nullable Connection session;

  public PostgresPubsub(Database database, Time time, ReplicaId me) {
    this.database = database;
    this.time = time;
    this.me = me;
  }

  @Override
  public void publish(Hint hint) {
    outbox.add(hint);
  }

  @Override
  public void publishModels() {
    outbox.addModels();
  }

  @Override
  public void listen(Listener listener) {
    synchronized (threads) {
      threads.add(Thread.ofPlatform().daemon().name("hints-out").start(this::send));
      threads.add(Thread.ofPlatform().daemon().name("hints-in").start(() -> receive(listener)));
    }
  }

  /// This process goes on under a new id: the lock of the old one is given up with its session.
  public void become(ReplicaId id) {
    me = id;
    var old = session;
    if (old != null) {
      abort(old);
    }
  }

  /// Whether hints of others are heard at the moment.
  public boolean isListening() {
    return session != null;
  }

  /// What went to and fro since the start.
  public HintCounts counts() {
    return counts;
  }

  private void send() {
    var lastSign = time.nanos() - SIGN_EVERY.toNanos();
    try {
      while (closing.getCount() > 0) {
        var untilSign = SIGN_EVERY.minusNanos(time.nanos() - lastSign);
        outbox.await(untilSign);
        closing.await(GATHER.toNanos(), TimeUnit.NANOSECONDS);
        var payloads = payloads();
        if (time.nanos() - lastSign >= SIGN_EVERY.toNanos()) {
          lastSign = time.nanos();
          payloads.add(HintCodec.encodeSign(me));
        }
        notify(payloads);
      }
      notify(payloads()); // Chats are given back at the very end, for others to take at once.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> payloads() {
    List<String> payloads = new ArrayList<>();
    outbox.drain().forEach(hint -> payloads.add(HintCodec.encode(me, hint)));
    if (outbox.drainModels()) {
      payloads.add(HintCodec.encodeModels(me));
    }
    return payloads;
  }

  private void notify(List<String> payloads) {
    if (payloads.isEmpty()) {
      return;
    }
    try {
      database.single(connection ->
          Sql.of(
                  "select pg_notify(?, p) from unnest(?::text[]) as p",
                  CHANNEL,
                  new Sql.Array("text", payloads))
              .list(connection, _ -> 0));
      counts.sent().add(payloads.size());
    } catch (StoreException _) {
      counts.lost().add(payloads.size());
      // These hints are lost; whoever needed them polls.
    }
  }

  private void receive(Listener listener) {
    var pause = RECONNECT_MIN;
    try {
      while (closing.getCount() > 0) {
        if (listenOnce(listener)) {
          pause = RECONNECT_MIN;
        }
        closing.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        pause = pause.multipliedBy(2);
        if (pause.compareTo(RECONNECT_MAX) > 0) {
          pause = RECONNECT_MAX;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // Closed.
    }
  }

  /// Listens on one connection until it ends. Returns whether there was one.
  private boolean listenOnce(Listener listener) {
    try (var connection = database.connectApart()) {
      var id = me;
      subscribe(connection, id);
      session = connection;
      counts.sessions().increment();
      // Not before LISTEN: what was missed can be read from now on, and nothing more is missed.
      listener.resumed();
      hear(connection, id, listener);
      return true;
    } catch (SQLException _) {
      return session != null;
    } finally {
      session = null;
    }
  }

  private static void subscribe(Connection connection, ReplicaId id) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("listen " + CHANNEL);
    }
    Sql.of("select pg_try_advisory_lock_shared(?)", SessionLock.key(id)).list(connection, _ -> 0);
  }

  private void hear(Connection connection, ReplicaId id, Listener listener) throws SQLException {
    var channel = connection.unwrap(PGConnection.class);
    var lastSign = time.nanos();
    while (closing.getCount() > 0 && me.equals(id)) {
      var notifications = channel.getNotifications((int) LOOK_UP.toMillis());
      for (var notification : notifications) {
        var received = HintCodec.decode(notification.getParameter());
        if (received == null) {
          continue;
        }
        if (received.from().equals(id)) {
          lastSign = time.nanos(); // Whatever came from here has come all the way around.
        } else if (received.hint() != null) {
          counts.received().increment();
          listener.hinted(received.hint());
        } else if (received.models()) {
          listener.modelsChanged();
        }
      }
      if (time.nanos() - lastSign > SIGN_MISSED.toNanos()) {
        return;
      }
    }
  }

  private static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException _) {
      // It is gone already.
    }
  }

  /// Stops, after what was published has been sent; the lock is given up.
  @Override
  public void close() {
    closing.countDown();
    outbox.wake();
    synchronized (threads) {
      for (var thread : threads) {
        join(thread);
      }
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join(TimeUnit.SECONDS.toMillis(2));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
