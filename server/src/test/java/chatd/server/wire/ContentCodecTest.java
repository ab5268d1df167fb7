package chatd.server.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.core.message.ToolOrigin;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ContentCodecTest {
  private static final Instant WHEN = Instant.parse("2026-05-28T00:00:02Z");

  @Test
  void visible_isTheArrayThatClientsGet() {
    var server = UUID.fromString("44444444-4444-4444-8444-444444444444");
    var json =
        visible(
            new ContentPart.Reasoning("Let me", WHEN, WHEN.plusNanos(250_000_999)),
            new ContentPart.Text("é\ud800"),
            new ContentPart.ToolCall(
                "c1", "read", new RawJson("{\"n\":1.10}"), new ToolOrigin(server, true), WHEN),
            new ContentPart.ToolResult(
                "c1", "read", new RawJson("null"), true, ToolOrigin.NONE, null),
            new ContentPart.Source("https://example.org/", "s1", null),
            new ContentPart.FileReference("a.txt", 1, 2, "x"));

    assertThat(json)
        .isEqualTo(
            """
            [{"type":"reasoning","text":"Let me","created_at":"2026-05-28T00:00:02Z",\
            "completed_at":"2026-05-28T00:00:02.250Z"},\
            {"type":"text","text":"\\u00E9\\uD800"},\
            {"type":"tool-call","tool_call_id":"c1","tool_name":"read","args":{"n":1.10},\
            "mcp_server_config_id":"44444444-4444-4444-8444-444444444444",\
            "provider_executed":true,"created_at":"2026-05-28T00:00:02Z"},\
            {"type":"tool-result","tool_call_id":"c1","tool_name":"read","result":null,\
            "is_error":true},\
            {"type":"source","url":"https://example.org/","source_id":"s1"},\
            {"type":"file-reference","file_name":"a.txt","start_line":1,"end_line":2,\
            "content":"x"}]\
            """);
  }

  @Test
  void encode_whatAProviderKeeps_isNotAmongWhatClientsSee() {
    List<ContentPart> content =
        List.of(
            new ContentPart.ProviderState("anthropic", new RawJson("{\"sig\":\"x\"}")),
            new ContentPart.Text("a"),
            new ContentPart.ProviderState("anthropic", new RawJson("1")),
            new ContentPart.ProviderState("anthropic", new RawJson("2")));

    var encoded = ContentCodec.encode(content);

    assertThat(new String(encoded.visible(), US_ASCII))
        .isEqualTo("[{\"type\":\"text\",\"text\":\"a\"}]");
    assertThat(ContentCodec.decode(encoded.visible(), encoded.hidden())).isEqualTo(content);
    assertThat(ContentCodec.encode(content.subList(1, 2)).hidden()).isNull();
  }

  @Test
  void decode_valueOfTheDeepestNestingThatIsRead_comesBack() {
    var deepest = Json.raw("[".repeat(Json.DEPTH_MAX) + "]".repeat(Json.DEPTH_MAX));
    List<ContentPart> content =
        List.of(
            new ContentPart.ToolCall("c1", "read", deepest, ToolOrigin.NONE, null),
            new ContentPart.ToolResult("c1", "read", deepest, false, ToolOrigin.NONE, null),
            new ContentPart.ProviderState("anthropic", deepest));

    var encoded = ContentCodec.encode(content);

    assertThat(ContentCodec.decode(encoded.visible(), encoded.hidden())).isEqualTo(content);
  }

  @Test
  void searchable_texts_compareWithoutCaseAndHoldNothingThatADatabaseRefuses() {
    assertThat(TextCodec.searchable("GRÜN \u0000\ud800 \ud83d\ude00"))
        .isEqualTo("grün \ufffd\ufffd \ud83d\ude00");
  }

  private static String visible(ContentPart... parts) {
    return new String(ContentCodec.visible(List.of(parts)), US_ASCII);
  }
}
