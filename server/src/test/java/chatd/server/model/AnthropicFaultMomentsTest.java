package chatd.server.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// In the Messages API.
class AnthropicFaultMomentsTest extends ModelFaultMomentsContract {

  @Override
  ProviderClient client(FakeProvider at) {
    return new AnthropicClient(
        new AnthropicEndpoint(at.baseUrl(), null), new Destination.Trusted(), new ManualTime());
  }

  @Override
  Script before(Moment moment) {
    var nothing = MessagesScript.begin();
    return switch (moment) {
      case BEFORE_HEADERS -> nothing.script();
      case BEFORE_FIRST_EVENT -> nothing.script().headers();
      case MID_TEXT -> nothing.start(10).text(0, "Hel", "lo").script();
      case MID_ARGUMENTS ->
          nothing.start(10).text(0, "I look.").call(1, "c", "read", "{\"pa").script();
      case AFTER_LAST_TEXT -> nothing.start(10).text(0, "Hello.").stopBlock(0).script();
    };
  }

  @Override
  Script flow() {
    return MessagesScript.paced(Duration.ofMillis(1), 20_000, "more ");
  }

  @Override
  Script end() {
    return MessagesScript.begin().end().script();
  }

  @Override
  Script overloaded() {
    return MessagesScript.begin().error("overloaded_error", "engine on fire").script();
  }

  @Override
  @Nullable Integer overloadStatus() {
    return null;
  }
}
