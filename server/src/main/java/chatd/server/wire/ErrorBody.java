package chatd.server.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The body of every answer that refuses or fails. Texts that are too long are cut, and of very
/// many things that are wrong the first are named.
public record ErrorBody(String message, @Nullable String detail, List<Validation> validations) {
  private static final int VALIDATIONS_MAX = 100;

  /// What is wrong about one field of the request.
  public record Validation(String field, String detail) {
    public Validation {
      field = ErrorText.cut(field);
      detail = ErrorText.cut(detail);
    }
  }

  public ErrorBody {
    message = ErrorText.cut(message);
    detail = detail == null ? null : ErrorText.cut(detail);
    validations = validations.stream().limit(VALIDATIONS_MAX).toList();
  }

  /// A body that has only a message.
  public static ErrorBody of(String message) {
    return new ErrorBody(message, null, List.of());
  }

  /// The body as JSON; what there is nothing to say about is left out.
  public byte[] encode() {
    return Json.write(json -> {
      json.writeStartObject();
      json.writeStringProperty("message", message);
      if (detail != null) {
        json.writeStringProperty("detail", detail);
      }
      if (!validations.isEmpty()) {
        json.writeArrayPropertyStart("validations");
        for (var validation : validations) {
          json.writeStartObject();
          json.writeStringProperty("field", validation.field());
          json.writeStringProperty("detail", validation.detail());
          json.writeEndObject();
        }
        json.writeEndArray();
      }
      json.writeEndObject();
    });
  }
}
