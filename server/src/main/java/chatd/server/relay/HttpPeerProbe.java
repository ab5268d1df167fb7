package chatd.server.relay;

import chatd.core.chat.ReplicaId;
import chatd.core.runner.PeerWatch.Answer;
import chatd.engine.port.PeerProbe;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/// Asks over HTTP: every answer of a replica carries its id.
public final class HttpPeerProbe implements PeerProbe, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final String ID_HEADER = "X-Chat-Replica-Id";

  private final ThreadFactory threads;
  private final HttpClient http;

  public HttpPeerProbe(ThreadFactory threads) {
    this.threads = threads;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY) // As links are dialled.
            .build();
  }

  @Override
  public void ask(String address, Consumer<Answer> answer) {
    threads.newThread(() -> answer.accept(ask(address))).start();
  }

  private Answer ask(String address) {
    try {
      var uri = URI.create(address);
      return isRefused(uri) ? new Answer.Refused() : whoIs(uri);
    } catch (IOException | IllegalArgumentException _) {
      return new Answer.Unclear();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Answer.Unclear();
    }
  }

  /// The HTTP client does not tell a refusal from an unreachable network; a socket does.
  private static boolean isRefused(URI uri) throws IOException {
    var isTls = "https".equals(uri.getScheme());
    var port = uri.getPort() > 0 ? uri.getPort() : isTls ? 443 : 80;
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(uri.getHost(), port), (int) PATIENCE.toMillis());
      return false;
    } catch (ConnectException _) {
      // Its type says it; its words are in the language of the machine. A kernel that gave up
      // waiting says the same, but later than our patience ends.
      return true;
    }
  }

  private Answer whoIs(URI uri) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(health(uri)).timeout(PATIENCE).GET().build();
    var response = http.send(request, HttpResponse.BodyHandlers.discarding());
    var id = response.headers().firstValue(ID_HEADER);
    return id.isEmpty()
        ? new Answer.Unclear()
        : new Answer.Is(new ReplicaId(UUID.fromString(id.get())));
  }

  /// Below the address, as the relay is.
  private static URI health(URI address) {
    var text = address.toString();
    return URI.create(text + (text.endsWith("/") ? "healthz" : "/healthz"));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
