package chatd.server.model;

import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelRequest;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

class AnthropicContractTest extends ModelClientContract {
  private final FakeProvider provider =
      FakeProvider.start().otherwise(request -> script(Manner.valueOf(request.lastUserText())));
  private final AnthropicClient client =
      new AnthropicClient(
          new AnthropicEndpoint(provider.baseUrl(), null),
          new Destination.Trusted(),
          new ManualTime());

  @AfterEach
  void close() {
    client.close();
    provider.close();
  }

  @Override
  ModelClient client() {
    return client;
  }

  @Override
  ModelRequest request(Manner manner) {
    return Asked.user(manner.name());
  }

  private static Script script(Manner manner) {
    var someText = MessagesScript.begin().start(10).text(0, "Hel", "lo");
    return switch (manner) {
      case COMPLETE -> MessagesScript.answer("Hel", "lo", "!");
      case CALLS_A_TOOL ->
          someText
              .stopBlock(0)
              .call(1, "a", "read", "{\"path\":", "1}")
              .stopBlock(1)
              .stop("tool_use", 9)
              .end()
              .script();
      case FAILS -> someText.error("overloaded_error", "m").script();
      case FAILS_FOR_GOOD -> someText.error("invalid_request_error", "m").script();
      case SILENT -> MessagesScript.begin().hang().script();
      case HANGS -> someText.hang().script();
      case ENDLESS -> MessagesScript.paced(Duration.ofMillis(1), 10_000, "more ");
    };
  }
}
