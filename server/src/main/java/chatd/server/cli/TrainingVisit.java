package chatd.server.cli;

import chatd.server.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A first conversation with a server that has just started. What of it fails is told in the log
/// and does no harm: what came before it has been recorded.
record TrainingVisit(int port, Secret token) {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingVisit.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String CHATS = "/api/v2/chats";
  private static final String HELLO = "{\"content\":[{\"type\":\"text\",\"text\":\"Hello\"}]}";
  private static final Pattern ID = Pattern.compile("\"id\":\"([0-9a-f-]{36})\"");

  void talk() throws InterruptedException {
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      talk(client);
    } catch (IOException e) {
      LOG.warn("The training was cut short: {}", e.toString());
    }
  }

  private void talk(HttpClient client) throws IOException, InterruptedException {
    send(client, to("/healthz"));
    send(client, to("/readyz"));
    send(client, to("/api/v2/users/me"));
    var created = send(client, to(CHATS).POST(BodyPublishers.ofString(HELLO)));
    send(client, to(CHATS));
    var id = ID.matcher(created);
    if (id.find()) {
      var chat = CHATS + "/" + id.group(1);
      send(client, to(chat + "/interrupt?wait=committed").POST(BodyPublishers.noBody()));
      send(client, to(chat + "/messages"));
      send(client, to(chat).DELETE());
    }
  }

  private static String send(HttpClient client, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString()).body();
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + token.value())
        .header("Content-Type", "application/json");
  }
}
