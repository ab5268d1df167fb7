package chatd.server.model;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.core.message.Role;
import chatd.core.message.ToolOrigin;
import chatd.core.message.ToolSpec;
import chatd.core.turn.Prices;
import chatd.core.turn.Prompt;
import chatd.engine.port.ModelConfig;
import chatd.engine.port.ModelParameters;
import chatd.engine.port.ModelRequest;
import chatd.server.wire.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AnthropicRequestBodyTest {
  private static final RawJson THOUGHT =
      new RawJson("{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"c2ln\"}");

  @Test
  void of_conversation_takesTurns() {
    assertThat(
            body(
                Asked.entry(Role.SYSTEM, text("Be brief.")),
                Asked.entry(Role.USER, text("Look.")),
                Asked.entry(
                    Role.ASSISTANT,
                    new ContentPart.Reasoning("hm", null, null),
                    new ContentPart.ProviderState("anthropic", THOUGHT),
                    new ContentPart.ProviderState("other", RawJson.EMPTY_OBJECT),
                    text("I look."),
                    call("a.1", "{\"p\":\"x\"}"),
                    call("b", "[1]")),
                Asked.entry(Role.TOOL, result("a.1", "{\"ok\":true}", false)),
                Asked.entry(Role.TOOL, result("b", "\"no such file\"", true)),
                Asked.entry(Role.USER, text("And?"))))
        .isEqualTo(
            """
            {"model":"gpt-test","system":"Be brief.","messages":[\
            {"role":"user","content":"Look."},\
            {"role":"assistant","content":[\
            {"type":"thinking","thinking":"hm","signature":"c2ln"},\
            {"type":"text","text":"I look."},\
            {"type":"tool_use","id":"a_1","name":"read","input":{"p":"x"}},\
            {"type":"tool_use","id":"b","name":"read","input":{"arguments":[1]}}]},\
            {"role":"user","content":[\
            {"type":"tool_result","tool_use_id":"a_1","content":"{\\"ok\\":true}"},\
            {"type":"tool_result","tool_use_id":"b","content":"Error: no such file","is_error":true},\
            {"type":"text","text":"And?"}]}],\
            "max_tokens":8192,"stream":true}\
            """);
  }

  @Test
  void of_blankTexts_andOtherProvidersCalls_areLeftOut() {
    assertThat(
            body(
                Asked.entry(Role.USER, text("Hi"), text(" \n\u00a0\u2007\u0085")),
                Asked.entry(Role.ASSISTANT, text("")),
                Asked.entry(Role.USER, text("\ud800"))))
        .contains(
            "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"},{\"type\":\"text\",\"text\":\"\\uFFFD\"}]}]");
  }

  /// A stop leaves such an answer behind. The provider refuses it for ever after.
  @Test
  void of_thoughtsWithNothingBehindThem_areLeftOut() {
    var thought = new ContentPart.ProviderState("anthropic", THOUGHT);
    assertThat(
            body(
                Asked.entry(Role.USER, text("Hi")),
                Asked.entry(Role.ASSISTANT, thought),
                Asked.entry(Role.USER, text("Well?")),
                Asked.entry(Role.ASSISTANT, thought, text("So "), thought, text(" "), thought),
                Asked.entry(Role.USER, text("And?"))))
        .contains(
            """
            "messages":[\
            {"role":"user","content":[{"type":"text","text":"Hi"},{"type":"text","text":"Well?"}]},\
            {"role":"assistant","content":[\
            {"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"text","text":"So "}]},\
            {"role":"user","content":"And?"}]\
            """);
  }

  /// Also in what is passed on as JSON: the provider refuses the whole request.
  @Test
  void of_unpairedSurrogates_areReplaced() {
    var request =
        new ModelRequest(
            Asked.of().model(),
            Asked.of(
                    Asked.entry(Role.USER, text("Hi")),
                    Asked.entry(Role.ASSISTANT, call("a", "{\"p\":\"x\\ud800\"}")),
                    Asked.entry(Role.TOOL, result("a", "{\"q\":\"\\udc00\"}", false)))
                .prompt(),
            List.of(new ToolSpec("read", "", new RawJson("{\"title\":\"\\ud83d\\ude00\\ud83d\"}"))),
            null,
            ModelRequest.Purpose.ANSWER);
    assertThat(new String(AnthropicRequestBody.of(request), StandardCharsets.US_ASCII))
        .contains("{\"p\":\"x\\uFFFD\"}")
        .contains("{\\\"q\\\":\\\"\\uFFFD\\\"}")
        .contains("{\"title\":\"\\uD83D\\uDE00\\uFFFD\"}");
  }

  @Test
  void of_toolsAndParameters_areNamed() {
    var parameters =
        new ModelParameters(
            100L,
            new ModelParameters.Sampling(new BigDecimal("0.7"), null, 40L),
            BigDecimal.ONE,
            BigDecimal.ONE,
            Map.of("thinking", new RawJson("{\"type\":\"disabled\"}")));
    var model =
        new ModelConfig(new UUID(0, 1), "anthropic", "m", "M", 1000, parameters, Prices.UNKNOWN);
    var request =
        new ModelRequest(
            model,
            Asked.user("Hi").prompt(),
            List.of(new ToolSpec("read", "Reads.", new RawJson("{\"type\":\"object\"}"))),
            "high",
            ModelRequest.Purpose.ANSWER);
    assertThat(new String(AnthropicRequestBody.of(request), StandardCharsets.US_ASCII))
        .endsWith(
            """
            "tools":[{"name":"read","description":"Reads.","input_schema":{"type":"object"}}],\
            "max_tokens":100,"temperature":0.7,"top_k":40,"thinking":{"type":"disabled"},\
            "stream":true}\
            """);
  }

  private static ContentPart text(String text) {
    return new ContentPart.Text(text);
  }

  private static ContentPart call(String id, String args) {
    return new ContentPart.ToolCall(id, "read", new RawJson(args), ToolOrigin.NONE, null);
  }

  private static ContentPart result(String id, String result, boolean isError) {
    return new ContentPart.ToolResult(
        id, "read", new RawJson(result), isError, ToolOrigin.NONE, null);
  }

  private static String body(Prompt.Entry... entries) {
    var bytes = AnthropicRequestBody.of(Asked.of(entries));
    assertThat(Json.raw(bytes).text().getBytes(StandardCharsets.US_ASCII)).isEqualTo(bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
