package chatd.server.demo;

import chatd.server.wire.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Watches the chat at one replica, as a client should: whenever the stream ends it opens another
/// one from its cursor, as often as it takes.
final class Watcher {
  private static final long PAUSE_MILLIS = 300;

  private final ReplicaClient client;
  private final Action.Watch what;
  private final Consumer<Event> events;
  private final CountDownLatch closing;
  private Optional<String> cursor = Optional.empty();
  private Sight sight = Sight.NOTHING;

  /// @param closing ends it when it has been counted down and the client is closed
  Watcher(ReplicaClient client, Action.Watch what, Consumer<Event> events, CountDownLatch closing) {
    this.client = client;
    this.what = what;
    this.events = events;
    this.closing = closing;
  }

  void start() {
    Thread.ofVirtual().name("viewer-" + what.actor()).start(this::watch);
  }

  private void watch() {
    try {
      do {
        follow();
        events.accept(new Event.Connected(what.actor(), false));
      } while (!closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() throws InterruptedException {
    try (var stream = client.stream(what.address(), what.chat(), cursor);
        var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      events.accept(new Event.Connected(what.actor(), true));
      lines.lines().forEach(this::line);
    } catch (IOException | UncheckedIOException _) {
      // The replica is gone for now.
    }
  }

  private void line(String line) {
    if (line.startsWith("id: ")) {
      cursor = Optional.of(line.substring("id: ".length()));
    } else if (line.startsWith("data: ")) {
      var json = line.substring("data: ".length()).getBytes(StandardCharsets.UTF_8);
      JsonValue.read(json)
          .ifPresent(event -> {
            sight = sight.on(event);
            events.accept(new Event.Saw(what.actor(), sight));
          });
    }
  }
}
