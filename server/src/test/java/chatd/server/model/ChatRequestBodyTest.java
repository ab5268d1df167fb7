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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ChatRequestBodyTest {

  @Test
  void of_conversation_isSpelledInOrder() {
    assertThat(
            messages(
                Asked.entry(Role.SYSTEM, text("Be brief.")),
                Asked.entry(Role.USER, text("Look.")),
                Asked.entry(
                    Role.ASSISTANT,
                    new ContentPart.Reasoning("hm", null, null),
                    text("I look."),
                    call("a", "{\"p\":\"x\"}"),
                    call("b", "{}")),
                Asked.entry(Role.TOOL, result("a", "{\"ok\":true}", false)),
                Asked.entry(Role.TOOL, result("b", "\"no such file\"", true)),
                Asked.entry(Role.ASSISTANT, text("Done."))))
        .isEqualTo(
            """
            [{"role":"system","content":"Be brief."},\
            {"role":"user","content":"Look."},\
            {"role":"assistant","content":"I look.","tool_calls":[\
            {"id":"a","type":"function","function":{"name":"read","arguments":"{\\"p\\":\\"x\\"}"}},\
            {"id":"b","type":"function","function":{"name":"read","arguments":"{}"}}]},\
            {"role":"tool","tool_call_id":"a","content":"{\\"ok\\":true}"},\
            {"role":"tool","tool_call_id":"b","content":"Error: no such file"},\
            {"role":"assistant","content":"Done."}]\
            """);
  }

  @Test
  void of_neighboursOfOneRole_areOneMessage() {
    assertThat(
            messages(
                Asked.entry(Role.SYSTEM, text("One.")),
                Asked.entry(Role.SYSTEM, text("Two.")),
                Asked.entry(Role.USER, text("a"), text("b")),
                Asked.entry(Role.ASSISTANT, new ContentPart.Reasoning("hm", null, null)),
                Asked.entry(Role.USER, text("c")),
                Asked.entry(Role.ASSISTANT, text("long ans")),
                Asked.entry(Role.ASSISTANT, text("wer"))))
        .isEqualTo(
            """
            [{"role":"system","content":"One.\\n\\nTwo."},\
            {"role":"user","content":"a\\n\\nb\\n\\nc"},\
            {"role":"assistant","content":"long answer"}]\
            """);
  }

  @Test
  void of_answerOfCallsAlone_hasNullContent() {
    assertThat(messages(Asked.entry(Role.ASSISTANT, call("a", "{}"))))
        .startsWith("[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[");
  }

  @Test
  void of_filesAndReferences_areReadableText() {
    assertThat(
            messages(
                Asked.entry(
                    Role.USER,
                    new ContentPart.FileReference("a.md", 3, 4, "```\nx"),
                    new ContentPart.File(new UUID(0, 7), "image/png", "cat.png"))))
        .isEqualTo(
            """
            [{"role":"user","content":\
            "a.md, lines 3 to 4:\\n````\\n```\\nx\\n````\\n\\n[Attached file: cat.png (image/png)]"}]\
            """);
  }

  @Test
  void of_callsThatAnotherProviderRan_areLeftOut() {
    var origin = new ToolOrigin(null, true);
    assertThat(
            messages(
                Asked.entry(
                    Role.ASSISTANT,
                    new ContentPart.ToolCall("s", "search", RawJson.EMPTY_OBJECT, origin, null),
                    new ContentPart.ToolResult(
                        "s", "search", RawJson.EMPTY_OBJECT, false, origin, null),
                    new ContentPart.Source("https://example.org/", null, null),
                    new ContentPart.ProviderState("other", RawJson.EMPTY_OBJECT),
                    text("Found."))))
        .isEqualTo("[{\"role\":\"assistant\",\"content\":\"Found.\"}]");
  }

  @Test
  void of_anyText_isSentWellFormedAndWithoutDoubleEscapes() {
    var messages =
        messages(
            Asked.entry(Role.USER, text("\ud83d\ude00 \ud800 \u0000 é")),
            Asked.entry(
                Role.ASSISTANT,
                call("a", "{\"s\":\"\\u00E9\\uD83D\\uDE00\\uD800\\\\u00E9\\n\\u0000\"}")),
            Asked.entry(Role.TOOL, result("a", "\"\\uD83D\\uDE00\\uD800\"", false)));
    assertThat(messages)
        .contains("\"content\":\"\\uD83D\\uDE00 \\uFFFD \\u0000 \\u00E9\"")
        .contains(
            "\"arguments\":\"{\\\"s\\\":\\\"\\u00E9\\uD83D\\uDE00\\uFFFD"
                + "\\\\\\\\u00E9\\\\n\\\\u0000\\\"}\"")
        .contains("\"content\":\"\\uD83D\\uDE00\\uFFFD\"");
  }

  @Test
  void of_toolsAndEffort_areNamed() {
    var body =
        body(
            new ModelRequest(
                Asked.MODEL,
                Asked.user("Hi").prompt(),
                List.of(
                    new ToolSpec("read", "Reads a file.", new RawJson("{\"type\":\"object\"}")),
                    new ToolSpec("\ud800", "", new RawJson("{\"\\uD800\":\"\\u00E9\\\\\"}"))),
                "high",
                ModelRequest.Purpose.ANSWER));
    assertThat(body)
        .isEqualTo(
            """
            {"model":"gpt-test","messages":[{"role":"user","content":"Hi"}],\
            "tools":[{"type":"function","function":{"name":"read","description":"Reads a file.",\
            "parameters":{"type":"object"}}},\
            {"type":"function","function":{"name":"\\uFFFD",\
            "parameters":{"\\uFFFD":"\\u00E9\\\\"}}}],\
            "reasoning_effort":"high","stream":true,"stream_options":{"include_usage":true}}\
            """);
    assertThat(body(Asked.user("Hi"))).doesNotContain("tools").doesNotContain("effort");
  }

  @Test
  void of_parameters_areNamedAsTheProviderWantsThem_andOptionsHaveTheLastWord() {
    var options = new LinkedHashMap<String, RawJson>();
    options.put("service_tier", new RawJson("\"flex\""));
    options.put("top_p", new RawJson("0.5"));
    var parameters =
        new ModelParameters(
            8192L,
            new ModelParameters.Sampling(new BigDecimal("0.70"), BigDecimal.ONE, 40L),
            new BigDecimal("-0.5"),
            BigDecimal.ZERO,
            options);
    var expected =
        """
        "max_completion_tokens":8192,"temperature":0.70,"top_k":40,"presence_penalty":-0.5,\
        "frequency_penalty":0,"service_tier":"flex","top_p":0.5,"stream":true\
        """;
    assertThat(body(with("openai", parameters))).contains(expected);
    assertThat(body(with("openai-compat", parameters)))
        .contains(expected.replace("max_completion_tokens", "max_tokens"));
  }

  private static ModelRequest with(String provider, ModelParameters parameters) {
    var model =
        new ModelConfig(new UUID(0, 1), provider, "m", "M", 1000, parameters, Prices.UNKNOWN);
    return new ModelRequest(
        model, Asked.user("Hi").prompt(), List.of(), null, ModelRequest.Purpose.ANSWER);
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

  private static String messages(Prompt.Entry... entries) {
    var body = body(Asked.of(entries));
    return body.substring(body.indexOf('['), body.lastIndexOf(",\"stream\":"));
  }

  private static String body(ModelRequest request) {
    var bytes = ChatRequestBody.of(request);
    assertThat(Json.raw(bytes).text().getBytes(StandardCharsets.US_ASCII)).isEqualTo(bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
