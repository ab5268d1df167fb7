package chatd.server.http;

import chatd.core.message.ContentPart;
import chatd.server.wire.RequestFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The content that a person sends.
///
/// @param refusal why it cannot be taken, if so
record InputParts(List<ContentPart> parts, @Nullable ErrorAnswer refusal) {

  /// Reads the field `content`. Wrong types are noted in `fields` and come before any refusal.
  static InputParts read(RequestFields fields) {
    var objects = fields.objects("content");
    if (objects == null || objects.isEmpty()) {
      return new InputParts(List.of(), ApiError.CONTENT_REQUIRED.answer());
    }
    List<ContentPart> parts = new ArrayList<>();
    @Nullable ErrorAnswer refusal = null;
    for (var i = 0; i < objects.size(); i++) {
      try {
        parts.add(part(objects.get(i), "content[" + i + "]"));
      } catch (RefusedException refused) {
        refusal = refusal == null ? refused.answer() : refusal;
      }
    }
    return new InputParts(parts, refusal);
  }

  /// The parts, or the refusal.
  List<ContentPart> accepted() {
    if (refusal != null) {
      throw refusal.asException();
    }
    return parts;
  }

  private static ContentPart part(RequestFields fields, String name) {
    var type = orEmpty(fields.text("type"));
    return switch (Whitespace.trimmed(type).toLowerCase(Locale.ROOT)) {
      case "text" -> text(fields, name);
      case "file" -> throw file(fields, name);
      case "file-reference" -> fileReference(fields, name);
      default -> throw invalid(name + ".type \"" + type + "\" is not supported.");
    };
  }

  private static ContentPart text(RequestFields fields, String name) {
    var text = Whitespace.trimmed(orEmpty(fields.text("text")));
    if (text.isEmpty()) {
      throw invalid(name + ".text cannot be empty.");
    }
    return new ContentPart.Text(text);
  }

  /// Files cannot be uploaded yet, so none exists.
  private static RefusedException file(RequestFields fields, String name) {
    return invalid(
        fields.id("file_id") == null
            ? name + ".file_id is required for file parts."
            : name + ".file_id references a file that does not exist.");
  }

  private static ContentPart fileReference(RequestFields fields, String name) {
    var fileName = orEmpty(fields.text("file_name"));
    var startLine = fields.integer("start_line", 0, Integer.MAX_VALUE);
    var endLine = fields.integer("end_line", 0, Integer.MAX_VALUE);
    var content = orEmpty(fields.text("content"));
    if (Whitespace.isAll(fileName)) {
      throw invalid(name + ".file_name cannot be empty for file-reference.");
    }
    return new ContentPart.FileReference(
        fileName,
        startLine == null ? 0 : startLine.intValue(),
        endLine == null ? 0 : endLine.intValue(),
        content);
  }

  private static RefusedException invalid(String detail) {
    return ErrorAnswer.of(ApiError.INPUT_PART_INVALID, detail).asException();
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
