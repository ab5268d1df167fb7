package chatd.server.model;

import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelRequest;
import chatd.engine.port.Time;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.concurrent.Executors;

/// Speaks OpenAI's chat completions, which Ollama, vLLM and many others speak too.
public final class OpenAiClient implements ModelClient, AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final OpenAiEndpoint endpoint;
  private final Time time;
  private final HttpClient http =
      HttpClient.newBuilder()
          // By default plain http asks for an upgrade to HTTP/2, on which vLLM and LM Studio
          // stumble.
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();

  /// A client of this endpoint. It opens a connection with the first request.
  public OpenAiClient(OpenAiEndpoint endpoint, Time time) {
    this.endpoint = endpoint;
    this.time = time;
  }

  @Override
  public Call call(ModelRequest request) {
    var faults = new ProviderFaults(request.model().provider(), endpoint.key());
    var builder =
        HttpRequest.newBuilder(endpoint.completions())
            .header("Content-Type", "application/json")
            .header("Accept", "text/event-stream")
            .header("User-Agent", "chatd")
            .POST(HttpRequest.BodyPublishers.ofByteArray(ChatRequestBody.of(request)));
    var key = endpoint.key();
    if (key != null) {
      builder.header("Authorization", "Bearer " + key.value());
    }
    return new OpenAiCall(http, builder.build(), faults, time);
  }

  /// Breaks off what is under way and closes all connections.
  @Override
  public void close() {
    http.shutdownNow();
  }
}
