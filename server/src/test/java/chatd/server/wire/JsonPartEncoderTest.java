package chatd.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.contract.Contract;
import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.core.message.Role;
import chatd.core.message.ToolOrigin;
import chatd.core.part.EncodedPart;
import chatd.core.part.Part;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonToken;

class JsonPartEncoderTest {
  private static final UUID MCP = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final ToolOrigin FOREIGN = new ToolOrigin(MCP, true);
  private static final String FOREIGN_JSON =
      ",\"mcp_server_config_id\":\"" + MCP + "\",\"provider_executed\":true";
  private static final Instant NOON = Instant.parse("2026-05-28T12:00:00.123456789Z");

  private final JsonPartEncoder encoder = new JsonPartEncoder();

  @Test
  void encode_delta_hasTheShapeOfItsKind() {
    assertThat(json(new Part.TextDelta("a\"b")))
        .isEqualTo("{\"type\":\"text\",\"text\":\"a\\\"b\"}");
    assertThat(json(new Part.ReasoningDelta("x")))
        .isEqualTo("{\"type\":\"reasoning\",\"text\":\"x\"}");
    assertThat(json(new Part.ArgsDelta("c1", "read", "{\"p", ToolOrigin.NONE)))
        .isEqualTo(
            "{\"type\":\"tool-call\",\"tool_call_id\":\"c1\",\"tool_name\":\"read\","
                + "\"args_delta\":\"{\\\"p\"}");
    assertThat(json(new Part.ResultDelta("c1", "read", "par", FOREIGN)))
        .isEqualTo(
            "{\"type\":\"tool-result\",\"tool_call_id\":\"c1\",\"tool_name\":\"read\""
                + FOREIGN_JSON
                + ",\"result_delta\":\"par\"}");
  }

  @Test
  void encode_wholePart_hasTheShapeOfItsKindAndNeverMerges() {
    var call = new ContentPart.ToolCall("c1", "read", new RawJson("{\"p\":1.0}"), FOREIGN, NOON);
    assertThat(json(new Part.Whole(call)))
        .isEqualTo(
            "{\"type\":\"tool-call\",\"tool_call_id\":\"c1\",\"tool_name\":\"read\","
                + "\"args\":{\"p\":1.0}"
                + FOREIGN_JSON
                + ",\"created_at\":\"2026-05-28T12:00:00.123456Z\"}");
    assertThat(json(new Part.ResultReset("c1", "read", ToolOrigin.NONE)))
        .isEqualTo(
            "{\"type\":\"tool-result\",\"tool_call_id\":\"c1\",\"tool_name\":\"read\","
                + "\"result_reset\":true}");
    assertThat(json(new Part.Whole(result(true))))
        .isEqualTo(
            "{\"type\":\"tool-result\",\"tool_call_id\":\"c1\",\"tool_name\":\"read\","
                + "\"result\":[1],\"is_error\":true}");
    assertThat(json(new Part.Whole(result(false)))).doesNotContain("is_error");
    assertThat(json(new Part.Whole(new ContentPart.Source("https://example.org/", null, "T"))))
        .isEqualTo("{\"type\":\"source\",\"url\":\"https://example.org/\",\"title\":\"T\"}");
    assertThat(json(new Part.Whole(new ContentPart.File(MCP, "image/png", null))))
        .isEqualTo("{\"type\":\"file\",\"file_id\":\"" + MCP + "\",\"media_type\":\"image/png\"}");

    var whole = encoder.encode(new Part.Whole(call));
    assertThat(whole.isDelta()).isFalse();
    assertThat(whole.canMerge(whole)).isFalse();
  }

  @Test
  void encode_providerState_isRefused() {
    var state = new ContentPart.ProviderState("p", RawJson.EMPTY_OBJECT);
    assertThatThrownBy(() -> encoder.encode(new Part.Whole(state)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void encode_deltasOfOneBlock_shareTheirHeadAndMerge() {
    var first = encoder.encode(new Part.ArgsDelta("c1", "read", "a", FOREIGN));
    var second = encoder.encode(new Part.ArgsDelta("c1", "read", "b", FOREIGN));
    assertThat(first.canMerge(second)).isTrue();
    assertThat(second.head()).isSameAs(first.head());
  }

  @Test
  void encode_deltasOfDifferentBlocks_doNotMerge() {
    var deltas =
        new Part[] {
          new Part.TextDelta("x"),
          new Part.ReasoningDelta("x"),
          new Part.ArgsDelta("c1", "read", "x", ToolOrigin.NONE),
          new Part.ArgsDelta("c2", "read", "x", ToolOrigin.NONE),
          new Part.ArgsDelta("c1", "write", "x", ToolOrigin.NONE),
          new Part.ArgsDelta("c1", "read", "x", FOREIGN),
          new Part.ResultDelta("c1", "read", "x", ToolOrigin.NONE),
        };
    for (var one : deltas) {
      for (var other : deltas) {
        assertThat(encoder.encode(one).canMerge(encoder.encode(other)))
            .as("%s and %s", one, other)
            .isEqualTo(one.equals(other));
      }
    }
    assertThat(encoder.encode(deltas[6]).role()).isEqualTo(Role.TOOL);
  }

  @Test
  void encode_anyTextCutAnywhere_joinsBytewiseToTheSameText() {
    var random = new SplittableRandom(7);
    for (var round = 0; round < 500; round++) {
      var text = new StringBuilder();
      var merged = new ByteArrayOutputStream();
      var empty = encoder.encode(new Part.TextDelta(""));
      merged.writeBytes(empty.head());
      for (var piece = 0; piece < 5; piece++) {
        var delta = anyText(random);
        text.append(delta);
        merged.writeBytes(deltaOf(encoder.encode(new Part.TextDelta(delta))));
      }
      merged.writeBytes(empty.tail());
      assertThat(textOf(merged.toByteArray())).isEqualTo(text.toString());
    }
  }

  /// Text with every kind of character that has troubled somebody, surrogates cut apart included.
  private static String anyText(SplittableRandom random) {
    var text = new StringBuilder();
    for (var length = random.nextInt(6); length > 0; length--) {
      text.append(
          switch (random.nextInt(7)) {
            case 0 -> (char) random.nextInt(0x20);
            case 1 -> '"';
            case 2 -> '\\';
            case 3 -> (char) random.nextInt(0xD800, 0xE000);
            case 4 -> (char) random.nextInt(0x10000);
            case 5 -> '\u2028';
            default -> (char) random.nextInt(0x20, 0x7F);
          });
    }
    return text.toString();
  }

  private static String textOf(byte[] part) {
    assertThat(new String(part, StandardCharsets.ISO_8859_1)).matches("\\p{ASCII}*");
    try (var parser = Json.parser(part)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.VALUE_STRING
            && "text".equals(parser.currentName())) {
          return parser.getString();
        }
      }
    }
    throw new AssertionError("no text");
  }

  private static byte[] deltaOf(EncodedPart part) {
    var delta = part.delta();
    return delta == null ? new byte[0] : delta;
  }

  private static ContentPart.ToolResult result(boolean isError) {
    return new ContentPart.ToolResult(
        "c1", "read", new RawJson("[1]"), isError, ToolOrigin.NONE, null);
  }

  private String json(Part part) {
    var encoded = encoder.encode(part);
    var out = new ByteArrayOutputStream();
    out.writeBytes(encoded.head());
    out.writeBytes(deltaOf(encoded));
    out.writeBytes(encoded.tail());
    assertThat(encoded.length()).isEqualTo(out.size());
    var json = out.toString(StandardCharsets.US_ASCII);
    Contract.hold("StreamPart", json);
    return json;
  }
}
