package chatd.server.wire;

import chatd.core.chat.ChatError;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Why a turn failed, as clients see it.
public final class ChatErrorJson {
  private ChatErrorJson() {}

  /// Writes the error as one object.
  public static void write(JsonGenerator json, ChatError error) {
    json.writeStartObject();
    json.writeStringProperty("message", error.message());
    json.writeBooleanProperty("retryable", error.retryable());
    json.writeStringProperty("kind", kind(error.kind()));
    optional(json, "detail", error.detail());
    source(json, error);
    json.writeEndObject();
  }

  static String kind(ChatError.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /// Who said so and how, where that is known.
  static void source(JsonGenerator json, ChatError error) {
    optional(json, "provider", error.provider());
    if (error.statusCode() != null) {
      json.writeNumberProperty("status_code", error.statusCode());
    }
  }

  private static void optional(JsonGenerator json, String name, @Nullable String value) {
    if (value != null) {
      json.writeStringProperty(name, value);
    }
  }
}
