package chatd.server.model;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/// The connections to one provider.
final class ProviderHttp implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final Destination destination;
  private final HttpClient client;

  ProviderHttp(Destination destination) {
    this.destination = destination;
    this.client =
        destination
            .prepare(HttpClient.newBuilder())
            // By default plain http asks for an upgrade to HTTP/2, on which vLLM and LM Studio
            // stumble.
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  /// A request for a stream of events, once it is known where it goes.
  CompletableFuture<HttpRequest> request(
      URI address, byte[] body, Consumer<HttpRequest.Builder> authorize) {
    return destination
        .request(address)
        .thenApply(request -> {
          request
              .header("Content-Type", "application/json")
              .header("Accept", "text/event-stream")
              .header("User-Agent", "chatd")
              .POST(HttpRequest.BodyPublishers.ofByteArray(body));
          authorize.accept(request);
          return request.build();
        });
  }

  CompletableFuture<HttpResponse<InputStream>> send(HttpRequest request) {
    return client.sendAsync(request, BodyHandlers.ofInputStream());
  }

  /// Sends no new requests; those under way go on to their end.
  void retire() {
    client.shutdown();
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
