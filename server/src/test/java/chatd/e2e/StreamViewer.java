package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.StreamSocket.Kind;
import chatd.strict.StreamEvent;
import chatd.strict.StreamedEpisode;
import chatd.strict.StrictClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A strict client with a connection: it reads on a thread of its own, and whoever waits for
/// something fails as soon as the server did anything wrong.
final class StreamViewer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int LITTLE = 8 << 10;

  private ApiClient user;
  private final String chat;
  private final Kind kind;
  private final StrictClient client;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private StreamSocket.Pace pace = StreamSocket.Pace.USUAL;
  private @Nullable Predicate<StrictClient> stopAt;

  private @Nullable StreamSocket socket;
  private @Nullable Throwable fault;
  private StreamSocket.@Nullable End end;
  private boolean reading;
  private boolean stalled;

  private StreamViewer(ApiClient user, String chat, Kind kind, StrictClient.Memory memory) {
    this.user = user;
    this.chat = chat;
    this.kind = kind;
    this.client = new StrictClient(chat, memory);
  }

  /// A viewer that knows nothing of the chat yet and is not connected.
  static StreamViewer of(ApiClient user, String chat, Kind kind) {
    return new StreamViewer(user, chat, kind, StrictClient.Memory.POSITION);
  }

  /// A connected viewer that knows nothing of the chat yet.
  static StreamViewer open(ApiClient user, String chat, Kind kind) {
    return of(user, chat, kind).connect();
  }

  /// A connected viewer that keeps no numbers but the largest message id.
  static StreamViewer openOldStyle(ApiClient user, String chat) {
    return new StreamViewer(user, chat, Kind.ENVELOPE, StrictClient.Memory.LARGEST_ID).connect();
  }

  /// A connected viewer that read the messages first, as clients do.
  static StreamViewer openAfterReading(ApiClient user, String chat, Kind kind) {
    var viewer = of(user, chat, kind);
    viewer.client.begin(user.messages(chat));
    return viewer.connect();
  }

  /// Its system takes little that it has not read itself, and it rests after each piece it read.
  StreamViewer slow(Duration rest) {
    pace = new StreamSocket.Pace(LITTLE, rest);
    return this;
  }

  /// Reads nothing until [#readOn].
  StreamViewer stalled() {
    stalled = true;
    return this;
  }

  /// Goes away without a word as soon as this holds after an event; what has come behind that event
  /// is lost.
  StreamViewer leavingWhen(Predicate<StrictClient> condition) {
    stopAt = condition;
    return this;
  }

  /// Connects, with what it knows.
  StreamViewer connect() {
    lock.lock();
    try {
      throwFault();
      var request = client.connect(kind == Kind.SSE);
      var opened = StreamSocket.open(kind, user, chat, request, pace);
      socket = opened;
      end = null;
      reading = true;
      Thread.ofVirtual().name("viewer").start(() -> read(opened));
      return this;
    } catch (IOException e) {
      throw new AssertionError("no connection", e);
    } finally {
      lock.unlock();
    }
  }

  /// Connects to another replica, with what it knows.
  StreamViewer connectTo(ApiClient other) {
    user = other;
    return connect();
  }

  private void read(StreamSocket from) {
    try {
      awaitPermission();
      for (var events = from.next(); !events.isEmpty(); events = from.next()) {
        take(from, events);
        awaitPermission();
      }
      over(from, null);
    } catch (IOException _) {
      over(from, null);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } catch (RuntimeException | AssertionError e) {
      from.vanish();
      over(from, e);
    }
  }

  private void awaitPermission() throws InterruptedException {
    lock.lock();
    try {
      while (stalled) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void take(StreamSocket from, Iterable<StreamEvent> events) {
    lock.lock();
    try {
      for (var event : events) {
        if (socket != from) {
          return;
        }
        client.receive(event);
        if (stopAt != null && stopAt.test(client)) {
          stopAt = null;
          leave();
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void over(StreamSocket from, @Nullable Throwable why) {
    lock.lock();
    try {
      if (fault == null) {
        fault = why;
      }
      if (socket == from) {
        reading = false;
        end = from.end();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Goes away without a word.
  StreamViewer leave() {
    lock.lock();
    try {
      if (socket != null) {
        socket.vanish();
        socket = null;
        reading = false;
        changed.signalAll();
      }
      throwFault();
      return this;
    } finally {
      lock.unlock();
    }
  }

  /// Reads again after [#stalled].
  StreamViewer readOn() {
    lock.lock();
    try {
      stalled = false;
      changed.signalAll();
      return this;
    } finally {
      lock.unlock();
    }
  }

  /// Waits until this holds.
  StreamViewer await(String what, Predicate<StrictClient> condition) {
    return await(what, PATIENCE, condition);
  }

  StreamViewer await(String what, Duration patience, Predicate<StrictClient> condition) {
    awaitUnderLock(what, patience, () -> condition.test(client));
    return this;
  }

  /// Waits until this text was shown of the current episode.
  StreamViewer awaitPreview(String text) {
    return await("the preview \"" + text + "\"", c -> c.preview().text().equals(text));
  }

  StreamViewer awaitStatus(String status) {
    return await("status " + status, c -> c.is(status));
  }

  /// Waits until the connection is over, and says how the server ended it; null: without a word.
  StreamSocket.@Nullable End awaitEnd(Duration patience) {
    awaitUnderLock("the end of the stream", patience, () -> !reading);
    return end;
  }

  private void awaitUnderLock(String what, Duration patience, BooleanSupplier condition) {
    lock.lock();
    try {
      var left = patience.toNanos();
      while (true) {
        throwFault();
        if (condition.getAsBoolean()) {
          return;
        }
        if (left <= 0) {
          throw new AssertionError(
              "waited for %s in vain; the last events: %s".formatted(what, lastEvents()));
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      lock.unlock();
    }
  }

  /// Something of what the client knows, read while nothing arrives.
  <T> T get(Function<StrictClient, T> question) {
    lock.lock();
    try {
      throwFault();
      return question.apply(client);
    } finally {
      lock.unlock();
    }
  }

  /// Role and text of each message that it shows.
  List<String> history() {
    return get(StrictClient::history);
  }

  /// The types of what came on the newest connection.
  List<String> types() {
    return get(StrictClient::types);
  }

  /// The texts of the queue that it shows.
  List<String> queued() {
    return get(StrictClient::queued);
  }

  /// What it was shown of the current episode; read it while nothing arrives.
  StreamedEpisode preview() {
    return get(StrictClient::preview);
  }

  /// Both were shown the same of every episode that both were shown anything of.
  void mustAgreeWith(StreamViewer other) {
    var theirs = other.<Map<StrictClient.Episode, StreamedEpisode>>get(StrictClient::episodes);
    var mine = this.<Map<StrictClient.Episode, StreamedEpisode>>get(StrictClient::episodes);
    mine.forEach((episode, shown) ->
        shown.mustAgreeWith(theirs.getOrDefault(episode, new StreamedEpisode())));
  }

  /// It shows exactly the messages that are stored.
  void mustShowWhatIsStored() {
    var stored = new TreeMap<Long, JsonNode>();
    user.messages(chat).path("messages").forEach(m -> stored.put(m.path("id").asLong(), m));
    TreeMap<Long, JsonNode> shown = get(c -> new TreeMap<>(c.messages()));
    assertThat(shown).isEqualTo(stored);
  }

  /// Pings and keepalives of the newest connection.
  int pings() {
    lock.lock();
    try {
      return socket == null ? 0 : socket.pings();
    } finally {
      lock.unlock();
    }
  }

  private void throwFault() {
    if (fault != null) {
      throw new AssertionError(
          "%s; the last events: %s".formatted(fault.getMessage(), lastEvents()), fault);
    }
  }

  private Object lastEvents() {
    var seen = client.seen();
    return seen.subList(Math.max(0, seen.size() - 12), seen.size()).stream()
        .map(s -> s.raw().length() > 300 ? s.raw().substring(0, 300) + "..." : s.raw())
        .toList();
  }

  /// Goes away, and fails if anything was wrong until now.
  @Override
  public void close() {
    leave();
  }
}
