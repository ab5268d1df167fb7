package chatd.server.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What is said to the replicas, each request on a thread of its own; the answers come as events.
final class Requests implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final String FIRST = "A long answer, please.";
  private static final String MORE = "Another long answer, please.";

  private final ReplicaClient client;
  private final Consumer<Event> events;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicBoolean looking = new AtomicBoolean();
  private @Nullable Duration looked;

  Requests(ReplicaClient client, Consumer<Event> events) {
    this.client = client;
    this.events = events;
  }

  private interface Request {
    void send() throws IOException, InterruptedException;
  }

  void open(Action.Open open) {
    ask(
        "the chat could not be made",
        () -> events.accept(new Event.Opened(client.open(open.address(), FIRST))));
  }

  void send(Action.Send send) {
    ask("the message could not be sent", () -> client.send(send.address(), send.chat(), MORE));
  }

  void watch(Action.Watch watch) {
    new Watcher(client, watch, events, closing).start();
  }

  /// Asks a replica that is alive who serves, unless that was done a moment ago.
  void look(Scene scene, Duration now) {
    var through = scene.alive();
    var isDue = looked == null || now.minus(looked).compareTo(LOOK) >= 0;
    if (through.isEmpty() || !isDue || !looking.compareAndSet(false, true)) {
      return;
    }
    looked = now;
    Thread.ofVirtual()
        .name("look")
        .start(() -> {
          try {
            events.accept(new Event.Listed(client.replicas(through.get().address())));
          } catch (IOException _) {
            // It is gone as well; the next look is at another one.
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          } finally {
            looking.set(false);
          }
        });
  }

  private void ask(String failure, Request request) {
    Thread.ofVirtual()
        .name("request")
        .start(() -> {
          try {
            request.send();
          } catch (IOException e) {
            events.accept(new Event.Failed(failure + ": " + e.getMessage()));
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /// Viewers leave.
  @Override
  public void close() {
    closing.countDown();
  }
}
