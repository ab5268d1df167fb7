package chatd.server.model;

import chatd.core.message.RawJson;
import chatd.server.wire.Json;
import java.nio.charset.StandardCharsets;

/// Blocks that are kept with a message because the provider wants them back as they were.
final class AnthropicState {
  /// Whose they are.
  static final String PROVIDER = "anthropic";

  private AnthropicState() {}

  /// Thoughts with the signature that proves them.
  static RawJson thinking(String text, String signature) {
    return raw(json -> {
      json.writeStartObject();
      json.writeStringProperty("type", "thinking");
      json.writeStringProperty("thinking", text);
      json.writeStringProperty("signature", signature);
      json.writeEndObject();
    });
  }

  /// Thoughts that only the provider can read.
  static RawJson redacted(String data) {
    return raw(json -> {
      json.writeStartObject();
      json.writeStringProperty("type", "redacted_thinking");
      json.writeStringProperty("data", data);
      json.writeEndObject();
    });
  }

  private static RawJson raw(Json.Writer writer) {
    return new RawJson(new String(Json.write(writer), StandardCharsets.US_ASCII));
  }
}
