package chatd.server.wire;

import chatd.core.message.Role;
import chatd.core.message.ToolOrigin;
import chatd.core.part.EncodedPart;
import chatd.core.part.Part;
import chatd.engine.port.PartEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Parts as clients see them in a stream. May be called from any thread.
///
/// The string of a delta is the last member of its object, so the bytes before it are the same for
/// all deltas of one block. They are made once per block and shared by its parts, which a part log
/// keeps by the thousand.
public final class JsonPartEncoder implements PartEncoder {
  private static final byte[] TEXT = ascii("{\"type\":\"text\",\"text\":\"");
  private static final byte[] REASONING = ascii("{\"type\":\"reasoning\",\"text\":\"");
  private static final byte[] TAIL = ascii("\"}");

  private static final int HEADS = 1024;

  /// The heads of the calls seen last. A slot that two calls fight for, or that two threads fill at
  /// once, costs a second array and nothing else.
  private final AtomicReferenceArray<Head> heads = new AtomicReferenceArray<>(HEADS);

  @Override
  public EncodedPart encode(Part part) {
    return switch (part) {
      case Part.TextDelta(var text) -> delta(Role.ASSISTANT, TEXT, text);
      case Part.ReasoningDelta(var text) -> delta(Role.ASSISTANT, REASONING, text);
      case Part.ArgsDelta(var id, var name, var delta, var origin) ->
          delta(Role.ASSISTANT, head(new Block(Role.ASSISTANT, id, name, origin)), delta);
      case Part.ResultDelta(var id, var name, var delta, var origin) ->
          delta(Role.TOOL, head(new Block(Role.TOOL, id, name, origin)), delta);
      case Part.ResultReset reset -> EncodedPart.whole(Role.TOOL, reset(reset));
      case Part.Whole(var content) ->
          EncodedPart.whole(part.role(), Json.write(json -> ContentPartJson.write(json, content)));
    };
  }

  private static EncodedPart delta(Role role, byte[] head, String text) {
    return new EncodedPart(role, head, escaped(text), TAIL);
  }

  private static byte[] escaped(String text) {
    var quoted = Json.write(json -> json.writeString(text));
    return Arrays.copyOfRange(quoted, 1, quoted.length - 1);
  }

  private static byte[] reset(Part.ResultReset reset) {
    return Json.write(json -> {
      json.writeStartObject();
      ContentPartJson.tool(json, "tool-result", reset.toolCallId(), reset.toolName());
      json.writeBooleanProperty("result_reset", true);
      ContentPartJson.origin(json, reset.origin());
      json.writeEndObject();
    });
  }

  private byte[] head(Block block) {
    var slot = block.hashCode() & (HEADS - 1);
    var known = heads.get(slot);
    if (known != null && known.block().equals(block)) {
      return known.bytes();
    }
    var made = new Head(block, block.head());
    heads.set(slot, made);
    return made.bytes();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @SuppressWarnings("ArrayRecordComponent") // Looked up by its block, never compared.
  private record Head(Block block, byte[] bytes) {}

  /// What the deltas of one call (as assistant) or of its result (as tool) have in common.
  private record Block(Role role, String toolCallId, String toolName, ToolOrigin origin) {

    byte[] head() {
      var isCall = role == Role.ASSISTANT;
      var empty =
          Json.write(json -> {
            json.writeStartObject();
            ContentPartJson.tool(json, isCall ? "tool-call" : "tool-result", toolCallId, toolName);
            ContentPartJson.origin(json, origin);
            json.writeStringProperty(isCall ? "args_delta" : "result_delta", "");
            json.writeEndObject();
          });
      return Arrays.copyOf(empty, empty.length - TAIL.length);
    }
  }
}
