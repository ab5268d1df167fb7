package chatd.server.model;

import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelRequest;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

class OpenAiContractTest extends ModelClientContract {
  private final FakeProvider provider =
      FakeProvider.start().otherwise(request -> script(Manner.valueOf(request.lastUserText())));
  private final OpenAiClient client =
      new OpenAiClient(new OpenAiEndpoint(provider.baseUrl(), null), new ManualTime());

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
    var someText = Script.begin().text("Hel", "lo");
    return switch (manner) {
      case COMPLETE -> Script.answer("Hel", "lo", "!");
      case CALLS_A_TOOL ->
          Script.begin()
              .call(0, "a", "read", "")
              .arguments(0, "{\"path\":", "1}")
              .finish("tool_calls");
      case FAILS -> someText.event("{\"error\":{\"message\":\"m\",\"code\":503}}");
      case FAILS_FOR_GOOD -> someText.event("{\"error\":{\"message\":\"m\",\"code\":400}}");
      case SILENT -> Script.begin().hang();
      case HANGS -> someText.hang();
      case ENDLESS -> Script.paced(Duration.ofMillis(1), 10_000, () -> "more ");
    };
  }
}
