package chatd.server.model;

import chatd.server.wire.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// What a provider says about a failure, as far as it says it; the rest is empty.
///
/// `code` and `type` are the provider's own words, such as `insufficient_quota`, or a number.
record ProviderError(String message, String code, String type) {
  /// Nothing was said.
  static final ProviderError SILENT = new ProviderError("", "", "");

  /// Reads the body of an answer that is not an event stream; whatever it is, this does not fail.
  static ProviderError ofBody(byte[] body) {
    try (var json = Json.parser(body)) {
      var token = json.nextToken();
      if (token == JsonToken.START_ARRAY) {
        json.nextToken(); // Gemini wraps its error into an array.
      }
      return json.currentToken() == JsonToken.START_OBJECT ? ofObject(json) : SILENT;
    } catch (JacksonException _) {
      return SILENT;
    }
  }

  /// Reads the value of a field `error`, on which the parser stands: an object or just a text.
  static ProviderError ofValue(JsonParser json) {
    return switch (json.currentToken()) {
      case START_OBJECT -> ofObject(json);
      case VALUE_STRING -> new ProviderError(json.getString(), "", "");
      default -> {
        json.skipChildren();
        yield SILENT;
      }
    };
  }

  private static ProviderError ofObject(JsonParser json) {
    var message = "";
    var code = "";
    var type = "";
    @Nullable ProviderError nested = null;
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      var name = json.currentName();
      json.nextToken();
      switch (name) {
        case "error" -> nested = ofValue(json);
        case "message", "detail" -> message = scalar(json, message);
        case "code" -> code = scalar(json, code);
        case "type" -> type = scalar(json, type);
        default -> json.skipChildren();
      }
    }
    return nested == null ? new ProviderError(message, code, type) : nested;
  }

  private static String scalar(JsonParser json, String otherwise) {
    var token = json.currentToken();
    if (token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT) {
      return json.getString();
    }
    json.skipChildren();
    return otherwise;
  }

  /// Whether `code` or `type` is this word.
  boolean says(String word) {
    return code.equals(word) || type.equals(word);
  }
}
