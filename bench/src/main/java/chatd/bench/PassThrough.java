package chatd.bench;

import io.javalin.Javalin;
import io.javalin.websocket.WsConnectContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.websocket.api.Callback;

/// The least that can be done between a provider and a viewer, for comparison: each WebSocket makes
/// one request to the provider and gets every event of the answer as it comes, unread, unnumbered
/// and unkept.
public final class PassThrough {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI completions;

  private PassThrough(URI completions) {
    this.completions = completions;
  }

  /// Arguments: the port to listen on, and the base URL of the provider.
  public static void main(String[] args) {
    var passThrough = new PassThrough(URI.create(args[1] + "/chat/completions"));
    Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.routes.get("/readyz", context -> context.status(200));
              config.routes.ws("/stream", socket -> socket.onConnect(passThrough::serve));
            })
        .start("127.0.0.1", Integer.parseInt(args[0]));
  }

  private void serve(WsConnectContext socket) {
    var task = String.valueOf(socket.queryParam("task"));
    Thread.ofVirtual().start(() -> forward(task, socket));
  }

  private void forward(String task, WsConnectContext socket) {
    var body =
        "{\"model\":\"bench\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
            .formatted(task);
    var request =
        HttpRequest.newBuilder(completions)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    try {
      var answer = http.send(request, BodyHandlers.ofInputStream());
      try (var lines =
          new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith("data: ")) {
            socket.session.sendText(line.substring(6), Callback.NOOP);
          }
        }
      }
    } catch (IOException e) {
      socket.closeSession(1011, "the provider failed");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
