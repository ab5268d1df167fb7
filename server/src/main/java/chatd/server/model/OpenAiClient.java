package chatd.server.model;

import chatd.engine.port.ModelRequest;
import chatd.engine.port.Time;
import java.net.http.HttpRequest;

/// Speaks OpenAI's chat completions, which Ollama, vLLM and many others speak too.
public final class OpenAiClient implements ProviderClient {
  private static final String HEADERS_ALLOWED = "jdk.httpclient.allowRestrictedHeaders";

  private final OpenAiEndpoint endpoint;
  private final ProviderHttp http;
  private final Time time;

  /// A client of an endpoint of the server's own settings. It opens a connection with the first
  /// request.
  public OpenAiClient(OpenAiEndpoint endpoint, Time time) {
    this(endpoint, new Destination.Trusted(), time);
  }

  OpenAiClient(OpenAiEndpoint endpoint, Destination destination, Time time) {
    this.endpoint = endpoint;
    this.http = new ProviderHttp(destination);
    this.time = time;
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
    return new StreamedCall(
        http,
        () -> http.request(endpoint.completions(), body, this::authorize),
        sink -> new ChatAnswer(sink, faults),
        faults,
        time);
  }

  private void authorize(HttpRequest.Builder request) {
    var key = endpoint.key();
    if (key != null) {
      request.header("Authorization", "Bearer " + key.value());
    }
  }

  @Override
  public void retire() {
    http.retire();
  }

  @Override
  public void close() {
    http.close();
  }
}
