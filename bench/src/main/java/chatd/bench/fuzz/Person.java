package chatd.bench.fuzz;

import chatd.bench.user.Client;
import chatd.bench.user.Deployment;
import chatd.bench.user.Judge;
import chatd.bench.user.Reply;
import chatd.bench.user.Request;
import chatd.bench.user.User;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// A user who asks any of the replicas, each time another one, and looks closely at each answer.
final class Person implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Deployment deployment;
  private final User user;
  private final List<Client> clients = new ArrayList<>();

  Person(Deployment deployment, User user) {
    this.deployment = deployment;
    this.user = user;
    deployment.ports().forEach(port -> clients.add(new Client(port, PATIENCE)));
  }

  User user() {
    return user;
  }

  Request request(String method, String path) {
    return Request.of(method, path).withToken(user.token());
  }

  /// Asks one replica.
  Reply ask(Request request, Step step) throws IOException {
    return ask(request, step.dice().of(clients), step);
  }

  /// Asks each replica, one after the other.
  List<Reply> askEach(Request request, Step step) throws IOException {
    var replies = new ArrayList<Reply>();
    for (var client : clients) {
      replies.add(ask(request, client, step));
    }
    return replies;
  }

  private static Reply ask(Request request, Client client, Step step) throws IOException {
    try {
      var reply = client.exchange(request);
      step.seen(reply.status());
      step.faults(Judge.complaints(request, reply), request.bytes());
      return reply;
    } catch (IOException e) {
      throw new IOException(request.method() + " " + request.target() + ": " + e, e);
    }
  }

  /// Sends all of them at the same time, over connections of their own, to replicas in turn.
  List<Reply> atOnce(List<Request> requests, Step step) throws IOException, InterruptedException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var futures = new ArrayList<Future<Reply>>();
      for (var i = 0; i < requests.size(); i++) {
        var request = requests.get(i);
        var port = deployment.ports().get(i % deployment.ports().size());
        futures.add(
            threads.submit(() -> {
              try (var client = new Client(port, PATIENCE)) {
                return ask(request, client, step);
              }
            }));
      }
      var replies = new ArrayList<Reply>();
      for (var future : futures) {
        replies.add(future.get());
      }
      return replies;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }

  /// A port to open streams at.
  int port(Step step) {
    return deployment.port(step.dice());
  }

  @Override
  public void close() {
    clients.forEach(Client::close);
  }
}
