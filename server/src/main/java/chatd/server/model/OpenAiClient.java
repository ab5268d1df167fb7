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
  private static final String HEADERS_ALLOWED = "jdk.httpclient.allowRestrictedHeaders";

  private final OpenAiEndpoint endpoint;
  private final Destination destination;
  private final Time time;
  private final HttpClient http;

  /// A client of an endpoint of the server's own settings. It opens a connection with the first
  /// request.
  public OpenAiClient(OpenAiEndpoint endpoint, Time time) {
    this(endpoint, new Destination.Trusted(), time);
  }

  OpenAiClient(OpenAiEndpoint endpoint, Destination destination, Time time) {
    this.endpoint = endpoint;
    this.destination = destination;
    this.time = time;
    this.http =
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

  /// Lets requests of this process name their host themselves. Called before the JDK's first client
  /// of HTTP is made, because it looks once.
  public static void allowNamingTheHost() {
    System.setProperty(HEADERS_ALLOWED, "host");
  }

  @Override
  public Call call(ModelRequest request) {
    var faults = new ProviderFaults(request.model().provider(), endpoint.key());
    var body = ChatRequestBody.of(request);
    return new OpenAiCall(
        http,
        () ->
            destination.request(endpoint.completions()).thenApply(found -> complete(found, body)),
        faults,
        time);
  }

  private HttpRequest complete(HttpRequest.Builder request, byte[] body) {
    request
        .header("Content-Type", "application/json")
        .header("Accept", "text/event-stream")
        .header("User-Agent", "chatd")
        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    var key = endpoint.key();
    if (key != null) {
      request.header("Authorization", "Bearer " + key.value());
    }
    return request.build();
  }

  /// Sends no new requests; those under way go on to their end.
  void retire() {
    http.shutdown();
  }

  /// Breaks off what is under way and closes all connections.
  @Override
  public void close() {
    http.shutdownNow();
  }
}
