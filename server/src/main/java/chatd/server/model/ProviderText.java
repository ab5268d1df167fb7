package chatd.server.model;

import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.server.wire.Json;
import java.nio.charset.StandardCharsets;

/// How content is spelled for a model where its protocol knows only text.
///
/// Unpaired surrogates become U+FFFD: most providers refuse a request that has one, and the chat
/// could never go on.
final class ProviderText {
  private static final int NEXT_LINE = 0x85;

  private ProviderText() {}

  static String of(String text) {
    if (text.codePoints().noneMatch(ProviderText::isSurrogate)) {
      return text;
    }
    var wellFormed = new StringBuilder(text.length());
    text.codePoints().map(c -> isSurrogate(c) ? 0xFFFD : c).forEach(wellFormed::appendCodePoint);
    return wellFormed.toString();
  }

  /// Whether there is nothing to be seen. Providers count more as space than this JDK does.
  static boolean isBlank(String text) {
    return text.codePoints()
        .allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c) || c == NEXT_LINE);
  }

  /// JSON as a model reads it best: characters as they are instead of their escapes.
  static String of(RawJson json) {
    var text = json.text();
    var readable = new StringBuilder(text.length());
    var i = 0;
    while (i < text.length()) {
      var c = text.charAt(i);
      if (c != '\\') {
        readable.append(c);
        i++;
      } else if (text.charAt(i + 1) != 'u') {
        readable.append(text, i, i + 2);
        i += 2;
      } else {
        var escaped = (char) Integer.parseInt(text, i + 2, i + 6, 16);
        if (escaped < 0x80) {
          readable.append(text, i, i + 6);
        } else {
          readable.append(escaped);
        }
        i += 6;
      }
    }
    return of(readable.toString());
  }

  /// JSON that is sent as JSON.
  static RawJson wellFormed(RawJson json) {
    return json.text().contains("\\u") ? Json.raw(of(json)) : json;
  }

  /// A text as it is, any other result as JSON; an error says that it is one.
  static String of(ContentPart.ToolResult result) {
    var json = result.result();
    var text = json.text().startsWith("\"") ? of(string(json)) : of(json);
    return result.isError() ? "Error: " + text : text;
  }

  static String of(ContentPart.FileReference file) {
    var fence = "```";
    while (file.content().contains(fence)) {
      fence += "`";
    }
    return of(
        "%s, lines %d to %d:\n%s\n%s\n%s"
            .formatted(
                file.fileName(), file.startLine(), file.endLine(), fence, file.content(), fence));
  }

  /// Only that there is a file: its bytes do not go through this protocol.
  static String of(ContentPart.File file) {
    var name = file.name() == null ? file.fileId().toString() : file.name();
    return of("[Attached file: %s (%s)]".formatted(name, file.mediaType()));
  }

  private static String string(RawJson json) {
    try (var parser = Json.parser(json.text().getBytes(StandardCharsets.US_ASCII))) {
      parser.nextToken();
      return parser.getString();
    }
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
