package chatd.bench.fuzz;

import chatd.bench.user.Bodies;
import chatd.bench.user.Client;
import chatd.bench.user.Deployment;
import chatd.bench.user.Judge;
import chatd.bench.user.Request;
import chatd.bench.user.User;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// An ordinary user in the middle of it all, who asks for a chat again and again.
final class Probe implements AutoCloseable {
  private static final String NAME = "probe";
  private static final Duration EVERY = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<Client> clients = new ArrayList<>();
  private final Faults faults;
  private final Request request;
  private final List<Long> nanos = new ArrayList<>();
  private final Thread thread = Thread.ofVirtual().name(NAME).unstarted(this::run);

  Probe(Deployment deployment, User user, Faults faults) throws IOException {
    deployment.ports().forEach(port -> clients.add(new Client(port, PATIENCE)));
    this.faults = faults;
    var create = Request.of("POST", "/api/v2/chats").withToken(user.token());
    var made = clients.getFirst().exchange(create.withBody(Bodies.message("Hello")));
    var path = "/api/v2/chats/" + Judge.json(made).path("id").asString() + "/messages";
    this.request = Request.of("GET", path).withToken(user.token());
  }

  void start() {
    thread.start();
  }

  private void run() {
    for (var i = 0; !Thread.currentThread().isInterrupted(); i++) {
      var begun = System.nanoTime();
      var number = i;
      try {
        var reply = clients.get(i % clients.size()).exchange(request);
        Judge.complaints(request, reply).forEach(what -> fault(number, what));
        if (reply.status() != 200) {
          fault(number, "status " + reply.status() + " to an ordinary user");
        }
        nanos.add(System.nanoTime() - begun);
        Thread.sleep(EVERY);
      } catch (IOException e) {
        if (!Thread.currentThread().isInterrupted()) {
          fault(number, "no answer to an ordinary user: " + e.getMessage());
        }
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  private void fault(int number, String what) {
    faults.add(new Fault(NAME, 0, number, what, Faults.shown(request.bytes())));
  }

  /// How long each answer took, in nanoseconds. Called when it is closed.
  List<Long> nanos() {
    return List.copyOf(nanos);
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    clients.forEach(Client::close);
  }
}
