package chatd.server.model;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.core.message.ToolOrigin;
import chatd.core.message.Usage;
import chatd.core.part.Part;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Real requests over real sockets to a [FakeProvider].
class OpenAiClientTest {
  private final ManualTime time = new ManualTime();
  private final FakeProvider provider = FakeProvider.start();
  private final OpenAiClient client =
      new OpenAiClient(new OpenAiEndpoint(provider.baseUrl(), new ApiKey("sk-secret")), time);

  @AfterEach
  void close() {
    client.close();
    provider.close();
  }

  @Test
  void run_answer_handsOnEachDeltaAndEndsWithUsage() throws Exception {
    provider.next(
        Script.begin()
            .reasoning("Let me ", "see.")
            .text("Hel", "lo")
            .finish("stop")
            .event(
                """
                {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12,\
                "prompt_tokens_details":{"cached_tokens":3},\
                "completion_tokens_details":{"reasoning_tokens":2}}}""")
            .done());
    var answering = ask("Hi");
    assertThat(answering.completion().usage()).isEqualTo(new Usage(7L, 5L, 12L, 2L, null, 3L, null));
    assertThat(answering.completion().cutShort()).isFalse();
    assertThat(answering.parts())
        .containsExactly(
            new Part.ReasoningDelta("Let me "),
            new Part.ReasoningDelta("see."),
            new Part.TextDelta("Hel"),
            new Part.TextDelta("lo"));
  }

  @Test
  void run_toolCalls_areShownAsTheyComeAndThenWhole() throws Exception {
    provider.next(
        Script.begin()
            .call(0, "a", "read", "")
            .arguments(0, "{\"path\":", "\"x\"}")
            .call(1, "b", "list", "")
            .finish("tool_calls")
            .done());
    var answering = ask("Hi");
    answering.completion();
    assertThat(answering.parts())
        .containsExactly(
            new Part.ArgsDelta("a", "read", "{\"path\":", ToolOrigin.NONE),
            new Part.ArgsDelta("a", "read", "\"x\"}", ToolOrigin.NONE),
            whole("a", "read", "{\"path\":\"x\"}"),
            whole("b", "list", "{}"));
  }

  @Test
  void run_nextRequest_usesTheSameConnection() throws Exception {
    for (var i = 0; i < 3; i++) {
      var answering = ask("one two");
      answering.completion();
      assertThat(answering.text()).isEqualTo("one two");
    }
    assertThat(provider.requests()).hasSize(3);
  }

  private Answering ask(String text) {
    return Answering.start(client.call(Asked.user(text)));
  }

  private static Part whole(String id, String name, String arguments) {
    return new Part.Whole(
        new ContentPart.ToolCall(
            id, name, new RawJson(arguments), ToolOrigin.NONE, ManualTime.NOW));
  }
}
