package chatd.server.model;

import java.time.Duration;

/// In chat completions.
class OpenAiFaultMomentsTest extends ModelFaultMomentsContract {

  @Override
  ProviderClient client(FakeProvider at) {
    return new OpenAiClient(new OpenAiEndpoint(at.baseUrl(), null), new ManualTime());
  }

  @Override
  Script before(Moment moment) {
    var nothing = Script.begin();
    return switch (moment) {
      case BEFORE_HEADERS -> nothing;
      case BEFORE_FIRST_EVENT -> nothing.headers();
      case MID_TEXT -> nothing.text("Hel", "lo");
      case MID_ARGUMENTS -> nothing.text("I look.").call(0, "c", "read", "{\"pa");
      case AFTER_LAST_TEXT -> nothing.text("Hello.");
    };
  }

  @Override
  Script flow() {
    return Script.paced(Duration.ofMillis(1), 20_000, () -> "more ");
  }

  @Override
  Script end() {
    return Script.begin().done();
  }

  @Override
  Script overloaded() {
    return Script.begin().event("{\"error\":{\"message\":\"engine on fire\",\"code\":503}}");
  }

  @Override
  Integer overloadStatus() {
    return 503;
  }
}
