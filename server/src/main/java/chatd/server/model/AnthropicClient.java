package chatd.server.model;

import chatd.engine.port.ModelRequest;
import chatd.engine.port.Time;
import java.net.http.HttpRequest;

/// Speaks Anthropic's Messages API.
final class AnthropicClient implements ProviderClient {
  private static final String VERSION = "2023-06-01";

  private final AnthropicEndpoint endpoint;
  private final ProviderHttp http;
  private final Time time;

  /// A client of this endpoint. It opens a connection with the first request.
  AnthropicClient(AnthropicEndpoint endpoint, Destination destination, Time time) {
    this.endpoint = endpoint;
    this.http = new ProviderHttp(destination);
    this.time = time;
  }

  @Override
  public Call call(ModelRequest request) {
    var faults = new ProviderFaults(request.model().provider(), endpoint.key());
    var body = AnthropicRequestBody.of(request);
    return new StreamedCall(
        http,
        () -> http.request(endpoint.messages(), body, this::authorize),
        sink -> new AnthropicAnswer(sink, faults),
        faults,
        time);
  }

  private void authorize(HttpRequest.Builder request) {
    request.header("anthropic-version", VERSION);
    var key = endpoint.key();
    if (key != null) {
      request.header("x-api-key", key.value());
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
