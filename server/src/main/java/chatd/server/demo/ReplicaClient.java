package chatd.server.demo;

import chatd.engine.port.ReplicaDirectory.Replica;
import chatd.server.wire.DeploymentCodec;
import chatd.server.wire.JsonValue;
import chatd.server.wire.TextCodec;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Requests to replicas, by their addresses. A replica that is gone or frozen is an [IOException].
final class ReplicaClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final String CHATS = "/api/v2/chats";

  private final String token;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(PATIENCE)
          .proxy(HttpClient.Builder.NO_PROXY)
          .build();

  ReplicaClient(String token) {
    this.token = token;
  }

  /// Makes a chat with this first message and returns its id.
  String open(String address, String text) throws IOException, InterruptedException {
    var answer = post(address, CHATS, text);
    return JsonValue.read(answer).orElse(new JsonValue.Nothing()).member("id").asText();
  }

  void send(String address, String chat, String text) throws IOException, InterruptedException {
    post(address, CHATS + "/" + chat + "/messages", text);
  }

  List<Replica> replicas(String address) throws IOException, InterruptedException {
    var answer = http.send(to(address, "/api/v2/replicas").build(), BodyHandlers.ofByteArray());
    return DeploymentCodec.readReplicas(succeeded(answer).body()).orElse(List.of());
  }

  /// Server-sent events of the chat, from the cursor on if there is one.
  InputStream stream(String address, String chat, Optional<String> cursor)
      throws IOException, InterruptedException {
    var request = to(address, CHATS + "/" + chat + "/stream").header("Accept", "text/event-stream");
    cursor.ifPresent(it -> request.header("Last-Event-ID", it));
    return succeeded(http.send(request.build(), BodyHandlers.ofInputStream())).body();
  }

  private byte[] post(String address, String path, String text)
      throws IOException, InterruptedException {
    var quoted = new String(TextCodec.encode(text), StandardCharsets.US_ASCII);
    var body = "{\"content\":[{\"type\":\"text\",\"text\":" + quoted + "}]}";
    var request = to(address, path).POST(BodyPublishers.ofString(body)).build();
    return succeeded(http.send(request, BodyHandlers.ofByteArray())).body();
  }

  private HttpRequest.Builder to(String address, String path) {
    return HttpRequest.newBuilder(URI.create(address + path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json");
  }

  private static <T> HttpResponse<T> succeeded(HttpResponse<T> answer) throws IOException {
    if (answer.statusCode() >= 300) {
      throw new IOException("status " + answer.statusCode());
    }
    return answer;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
