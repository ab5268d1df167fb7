package chatd.bench.fuzz;

import chatd.bench.user.Client;
import chatd.bench.user.Deployment;
import chatd.bench.user.Dice;
import chatd.bench.user.Judge;
import chatd.bench.user.Reply;
import chatd.bench.user.Request;
import chatd.bench.user.User;
import chatd.contract.Document;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Valid requests to every route of the document, most of them with something changed.
final class MutatedRequests implements Attack {
  static final String NAME = "mutated";

  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final int CHANGES_MAX = 3;

  /// A server need not wait for more of a body than this before it refuses and hangs up.
  private static final int UNREAD_MAX = 16 * 1024;

  private final Deployment deployment;
  private final User user;
  private final Routes routes;
  private final Ids ids = new Ids();
  private final List<Client> clients = new ArrayList<>();

  MutatedRequests(Deployment deployment, User user, Document document) {
    this.deployment = deployment;
    this.user = user;
    this.routes = new Routes(document);
    deployment.ports().forEach(port -> clients.add(new Client(port, PATIENCE)));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void carryOut(Step step) throws IOException {
    var request = draw(step.dice(), ids, user.token(), deployment.adminToken());
    exchange(request, step);
  }

  /// A request, the same from equal dice and ids.
  Request draw(Dice dice, Ids known, String token, String adminToken) {
    var operation = dice.of(routes.operations());
    var plain = routes.request(operation, dice, known);
    var forAdmin = dice.oneIn(operation.path().contains("{chat}") ? 50 : 4);
    var request = plain.withToken(forAdmin ? adminToken : token);
    for (var changes = dice.below(CHANGES_MAX); changes > 0; changes--) {
      request = RequestMutation.of(request, dice);
    }
    return request.target().contains("/stream") || request.target().contains("/watch")
        ? withoutStream(request)
        : request;
  }

  /// An answer that is a stream has no end; streams have an attack of their own.
  private static Request withoutStream(Request request) {
    return request.without("Accept");
  }

  private void exchange(Request request, Step step) throws IOException {
    var client = step.dice().of(clients);
    Reply reply;
    try {
      reply = answer(client, request);
    } catch (SocketException e) {
      if (request.body().length > UNREAD_MAX) {
        return; // It was refused while it was still coming.
      }
      step.fault("no answer: " + e, request.bytes());
      return;
    } catch (IOException e) {
      step.fault("no answer: " + e, request.bytes());
      return;
    }
    step.seen(reply.status());
    step.faults(Judge.complaints(request, reply), request.bytes());
    if (request.method().equals("POST") && reply.isSuccess() && reply.body().length > 0) {
      learn(request, Judge.json(reply), step);
    }
  }

  /// Asks once more over a new connection if the old one did not hold: a server may end one behind
  /// any answer.
  private static Reply answer(Client client, Request request) throws IOException {
    try {
      return client.exchange(request);
    } catch (EOFException | SocketException _) {
      return client.exchange(request);
    }
  }

  /// Keeps the ids of what was made, so that later requests find something.
  private void learn(Request request, JsonNode made, Step step) throws IOException {
    var path = request.path();
    var id = made.path("id").asString("");
    if (path.endsWith("/chats") || path.endsWith("/chats/")) {
      keepChat(id, step);
    } else if (path.endsWith("/messages")) {
      ids.add("message", made.path("message").path("id").asString("1"));
      ids.add("queued", made.path("queued_message").path("id").asString("1"));
    } else if (path.endsWith("/providers")) {
      ids.add("provider", id);
    } else if (path.endsWith("/model-configs")) {
      ids.add("config", id);
    } else if (path.endsWith("/users")) {
      ids.add("user", made.path("username").asString("me"));
    } else if (path.endsWith("/tokens")) {
      ids.add("token", id);
    }
  }

  /// The one that has no room any more goes away, so that the server does not fill up.
  private void keepChat(String id, Step step) throws IOException {
    if (!id.isEmpty()) {
      var old = ids.add("chat", id);
      if (old.isPresent()) {
        remove(old.get(), step);
      }
    }
  }

  private void remove(String chat, Step step) throws IOException {
    for (var owner : List.of(user.token(), deployment.adminToken())) {
      var path = "/api/v2/chats/" + chat;
      var stop = Request.of("POST", path + "/interrupt?wait=committed").withToken(owner);
      var delete = Request.of("DELETE", path).withToken(owner);
      for (var request : List.of(stop, delete)) {
        var reply = clients.getFirst().exchange(request);
        step.faults(Judge.complaints(request, reply), request.bytes());
      }
    }
  }

  @Override
  public void finish(Step last) throws IOException {
    for (var chat : ids.all("chat")) {
      remove(chat, last);
    }
  }

  @Override
  public void close() {
    clients.forEach(Client::close);
  }
}
