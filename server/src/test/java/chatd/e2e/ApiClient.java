package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.contract.Contract;
import chatd.server.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A user who talks to the routes of a server.
record ApiClient(int port, String token) {
  static final JsonMapper MAPPER = new JsonMapper(Json.FACTORY);

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String CHATS = "/api/v2/chats";

  /// What came back; the body is a missing node if it was empty.
  record Answer(int status, JsonNode body) {
    /// The body, of an answer with this status.
    JsonNode expect(int wanted) {
      assertThat(status).as("status of the answer %s", body).isEqualTo(wanted);
      return body;
    }
  }

  /// What came back to a request that its key names.
  ///
  /// @param isReplayed it is the answer of an earlier one
  record KeyedAnswer(int status, String body, boolean isReplayed) {}

  /// A new chat with a first message; returns its id.
  String create(String text) {
    return post("/", content(text)).expect(201).path("id").asString();
  }

  /// A new chat whose client runs tools of these names; returns its id.
  String createWithTools(String text, String... names) {
    var body =
        Json.write(json -> {
          json.writeStartObject();
          writeContent(json, text);
          json.writeArrayPropertyStart("unsafe_dynamic_tools");
          for (var name : names) {
            json.writeStartObject();
            json.writeStringProperty("name", name);
            json.writeStringProperty("description", "Does " + name + ".");
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
    return post("/", body).expect(201).path("id").asString();
  }

  /// The client has run these calls.
  Answer giveResults(String chat, String... ids) {
    return post(
        "/" + chat + "/tool-results",
        Json.write(json -> {
          json.writeStartObject();
          json.writeArrayPropertyStart("results");
          for (var id : ids) {
            json.writeStartObject();
            json.writeStringProperty("tool_call_id", id);
            json.writeStringProperty("output", "result of " + id);
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        }));
  }

  /// What the server answers at any of its paths.
  Answer get(String path) {
    return answer(exchange(request(path)));
  }

  /// What the server answers to any request with this JSON.
  Answer call(String method, String path, String json) {
    var body = BodyPublishers.ofByteArray(json.getBytes(StandardCharsets.UTF_8));
    return answer(exchange(request(path).method(method, body)));
  }

  /// Who answers here.
  String replicaId() {
    var answer = exchange(request("/healthz"));
    return answer.headers().firstValue("X-Chat-Replica-Id").orElseThrow();
  }

  JsonNode chat(String chat) {
    return request("GET", "/" + chat, null).expect(200);
  }

  String status(String chat) {
    return chat(chat).path("status").asString();
  }

  Answer send(String chat, String text) {
    return post("/" + chat + "/messages", content(text));
  }

  Answer send(String chat, String text, String busyBehavior) {
    return post(
        "/" + chat + "/messages",
        Json.write(json -> {
          json.writeStartObject();
          writeContent(json, text);
          json.writeStringProperty("busy_behavior", busyBehavior);
          json.writeEndObject();
        }));
  }

  /// A message that may be sent again: the same key has one effect.
  Answer sendOnce(String chat, String text, String key) {
    var path = "/" + chat + "/messages";
    return request("POST", path, content(text), "Idempotency-Key", key.replace(' ', '-'));
  }

  /// Any request below the chats that may be made again.
  KeyedAnswer keyed(String method, String path, String body, String key) {
    var request =
        request(CHATS + path)
            .method(method, BodyPublishers.ofString(body))
            .header("Idempotency-Key", key);
    var answer = exchange(request);
    var isReplayed = answer.headers().firstValue("Idempotency-Replayed").isPresent();
    return new KeyedAnswer(
        answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8), isReplayed);
  }

  Answer edit(String chat, long message, String text) {
    return request("PATCH", "/" + chat + "/messages/" + message, content(text));
  }

  Answer promote(String chat, long queued) {
    return post("/" + chat + "/queue/" + queued + "/promote", new byte[0]);
  }

  Answer interrupt(String chat) {
    return post("/" + chat + "/interrupt", new byte[0]);
  }

  Answer interruptAndWait(String chat) {
    return post("/" + chat + "/interrupt?wait=committed", new byte[0]);
  }

  Answer retry(String chat) {
    return post("/" + chat + "/retry", new byte[0]);
  }

  /// Changes title or archive mark: the fields of the body, in JSON.
  Answer describe(String chat, String fields) {
    return request("PATCH", "/" + chat, ("{" + fields + "}").getBytes(StandardCharsets.UTF_8));
  }

  Answer deleteChat(String chat) {
    return delete("/" + chat);
  }

  /// A page of the newest messages.
  JsonNode messages(String chat) {
    return request("GET", "/" + chat + "/messages?limit=200", null).expect(200);
  }

  Answer post(String path, byte[] body) {
    return request("POST", path, body);
  }

  Answer patch(String path, byte[] body) {
    return request("PATCH", path, body);
  }

  Answer delete(String path) {
    return request("DELETE", path, null);
  }

  private Answer request(String method, String path, byte @Nullable [] body, String... headers) {
    BodyPublisher sent = body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
    var request = request(CHATS + path).method(method, sent);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return answer(exchange(request));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + token);
  }

  private static HttpResponse<byte[]> exchange(HttpRequest.Builder request) {
    try {
      return Contract.held(HTTP.send(request.build(), BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Answer answer(HttpResponse<byte[]> response) {
    return new Answer(response.statusCode(), MAPPER.readTree(response.body()));
  }

  private static byte[] content(String text) {
    return Json.write(json -> {
      json.writeStartObject();
      writeContent(json, text);
      json.writeEndObject();
    });
  }

  private static void writeContent(JsonGenerator json, String text) {
    json.writeArrayPropertyStart("content");
    json.writeStartObject();
    json.writeStringProperty("type", "text");
    json.writeStringProperty("text", text);
    json.writeEndObject();
    json.writeEndArray();
  }
}
