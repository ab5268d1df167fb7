package chatd.server.postgres;

import chatd.core.chat.ChatError;
import chatd.server.wire.JsonFields;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;

/// A stored error, with everything that is known about it.
final class ErrorCodec {
  private ErrorCodec() {}

  static void write(JsonGenerator json, ChatError error) {
    json.writeStartObject();
    json.writeStringProperty("message", error.message());
    json.writeBooleanProperty("retryable", error.retryable());
    json.writeStringProperty("kind", error.kind().name().toLowerCase(Locale.ROOT));
    if (error.detail() != null) {
      json.writeStringProperty("detail", error.detail());
    }
    if (error.provider() != null) {
      json.writeStringProperty("provider", error.provider());
    }
    if (error.statusCode() != null) {
      json.writeNumberProperty("status_code", error.statusCode().intValue());
    }
    json.writeEndObject();
  }

  static ChatError read(JsonParser json) {
    var fields = new Fields();
    JsonFields.each(json, name -> fields.take(name, json));
    return new ChatError(
        fields.message,
        fields.retryable,
        fields.kind,
        fields.detail,
        fields.provider,
        fields.statusCode);
  }

  private static final class Fields {
    private String message = "";
    private boolean retryable;
    private ChatError.Kind kind = ChatError.Kind.GENERIC;
    private @Nullable String detail;
    private @Nullable String provider;
    private @Nullable Integer statusCode;

    void take(String name, JsonParser json) {
      switch (name) {
        case "message" -> message = json.getString();
        case "retryable" -> retryable = json.getBooleanValue();
        case "kind" -> kind = kind(json.getString());
        case "detail" -> detail = json.getString();
        case "provider" -> provider = json.getString();
        case "status_code" -> statusCode = json.getIntValue();
        default -> {} // Written by a later version.
      }
    }

    private static ChatError.Kind kind(String text) {
      for (var kind : ChatError.Kind.values()) {
        if (kind.name().equalsIgnoreCase(text)) {
          return kind;
        }
      }
      return ChatError.Kind.GENERIC; // Of a later version.
    }
  }
}
