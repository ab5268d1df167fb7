package chatd.server.cli;

import chatd.server.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A first conversation with a server that has just started. What of it fails is told in the log and
/// does no harm: what came before it has been recorded.
final class TrainingVisit {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingVisit.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final String CHATS = "/api/v2/chats";

  private @Nullable Server server;
  private @Nullable Secret token;

  /// Remembers whom to visit.
  Server of(Server started, Secret adminToken) {
    server = started;
    token = adminToken;
    return started;
  }

  /// Visits, and then asks for the end.
  void thenEnd(Runnable stop) {
    Thread.ofVirtual()
        .name("training")
        .start(
            () -> {
              try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
                talk(client);
              } catch (IOException e) {
                LOG.warn("The training was cut short", e);
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              } finally {
                stop.run();
              }
            });
  }

  private void talk(HttpClient client) throws IOException, InterruptedException {
    ask(client, request("/healthz"));
    ask(client, request("/readyz"));
    ask(client, request("/api/v2/users/me"));
    var hello = HttpRequest.BodyPublishers.ofString("{\"content\":[{\"type\":\"text\",\"text\":\"Hello\"}]}");
    var created = ask(client, request(CHATS).POST(hello).header("Content-Type", "application/json"));
    var id = created.split("\"id\":\"", 2);
    ask(client, request(CHATS));
    if (id.length == 2) {
      var chat = CHATS + "/" + id[1].substring(0, id[1].indexOf('"'));
      ask(client, request(chat + "/messages"));
      ask(client, request(chat + "/interrupt?wait=committed").POST(HttpRequest.BodyPublishers.noBody()));
    }
  }

  private static String ask(HttpClient client, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
  }

  private HttpRequest.Builder request(String path) {
    var port = Objects.requireNonNull(server).port();
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + Objects.requireNonNull(token).value());
  }
}
