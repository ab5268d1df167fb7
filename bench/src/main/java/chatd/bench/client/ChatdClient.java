package chatd.bench.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/// Requests to one chatd, as one user.
public final class ChatdClient implements AutoCloseable {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration AGAIN = Duration.ofMillis(500);
  private static final int UNAVAILABLE = 503;
  private static final int AT_ONCE = 12;
  private static final String CHATS = "/api/v2/chats";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int port;
  private final String token;

  public ChatdClient(int port, String token) {
    this.port = port;
    this.token = token;
  }

  public int port() {
    return port;
  }

  public String token() {
    return token;
  }

  /// The path at which the stream of a chat is opened.
  public static String streamPath(String chat) {
    return CHATS + "/" + chat + "/stream";
  }

  /// Makes a chat with this first message, and answers its id.
  public String create(String text) throws IOException, InterruptedException {
    return ask(request(CHATS).POST(message(text))).get("id").asString();
  }

  public void send(String chat, String text) throws IOException, InterruptedException {
    ask(request(CHATS + "/" + chat + "/messages").POST(message(text)));
  }

  /// Stops the turn in progress, and waits until that is done.
  public void interrupt(String chat) throws IOException, InterruptedException {
    ask(request(CHATS + "/" + chat + "/interrupt?wait=committed").POST(BodyPublishers.noBody()));
  }

  /// Changes the title. Every viewer of a chat is told that it changed, and not how.
  public void rename(String chat, String title) throws IOException, InterruptedException {
    var body = JSON.createObjectNode().put("title", title).toString();
    ask(request(CHATS + "/" + chat).method("PATCH", BodyPublishers.ofString(body)));
  }

  /// The id under which the replica is known now.
  public String replica() throws IOException, InterruptedException {
    var answer = http.send(request("/healthz").build(), BodyHandlers.discarding());
    return answer.headers().firstValue("X-Chat-Replica-Id").orElseThrow();
  }

  /// Its figures, as Prometheus reads them.
  public String figures() throws IOException, InterruptedException {
    return http.send(request("/metrics").build(), BodyHandlers.ofString()).body();
  }

  public String status(String chat) throws IOException, InterruptedException {
    return ask(request(CHATS + "/" + chat)).get("status").asString();
  }

  /// Does something many times, some at once, and returns what came of it in order.
  public static <T> List<T> many(int times, IntFunction<Request<T>> requests)
      throws IOException, InterruptedException {
    try (var threads = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
      var futures = new ArrayList<Future<T>>();
      for (var i = 0; i < times; i++) {
        var request = requests.apply(i);
        futures.add(threads.submit(request::send));
      }
      var answers = new ArrayList<T>();
      for (var future : futures) {
        answers.add(future.get());
      }
      return answers;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }

  /// Something that may fail as a request does.
  @FunctionalInterface
  public interface Request<T> {
    T send() throws IOException, InterruptedException;
  }

  private static HttpRequest.BodyPublisher message(String text) {
    var part = JSON.createObjectNode().put("type", "text").put("text", text);
    var body = JSON.createObjectNode();
    body.putArray("content").add(part);
    return BodyPublishers.ofString(body.toString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(PATIENCE)
        .header("Content-Type", "application/json")
        .header("Authorization", "Bearer " + token);
  }

  /// Asks until chatd has time; each repetition names the same request, so that it has one effect.
  private JsonNode ask(HttpRequest.Builder builder) throws IOException, InterruptedException {
    var request = builder.header("Idempotency-Key", UUID.randomUUID().toString()).build();
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() / 100 == 2) {
        return JSON.readTree(answer.body());
      }
      if (answer.statusCode() != UNAVAILABLE || System.nanoTime() > end) {
        throw new IOException(
            "%s %s answered %d: %s"
                .formatted(request.method(), request.uri(), answer.statusCode(), answer.body()));
      }
      Thread.sleep(AGAIN);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
