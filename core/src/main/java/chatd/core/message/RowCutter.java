package chatd.core.message;

import java.util.ArrayList;
import java.util.List;

/// Cuts content that is too large for one row into several: between parts, or between two
/// characters of a text or reasoning block. Joined again, the pieces are the whole.
public final class RowCutter {
  /// What a part costs besides its text, at most.
  private static final int PART_OVERHEAD = 512;

  private RowCutter() {}

  /// The content of one row each; at least one, which may be empty. `bytesMax` bounds the encoded
  /// content of a row, unless a part that cannot be cut is larger by itself.
  public static List<List<ContentPart>> cut(List<ContentPart> content, long bytesMax) {
    var rows = new ArrayList<List<ContentPart>>();
    var row = new ArrayList<ContentPart>();
    var room = bytesMax;
    for (var part : content) {
      var rest = part;
      while (size(rest) > room) {
        var fitting = prefix(rest, room - PART_OVERHEAD);
        if (fitting > 0) {
          row.add(piece(rest, 0, fitting));
          rest = piece(rest, fitting, text(rest).length());
        } else if (row.isEmpty()) {
          break; // It is larger than a row and cannot be cut: it stands alone.
        }
        rows.add(List.copyOf(row));
        row.clear();
        room = bytesMax;
      }
      row.add(rest);
      room -= size(rest);
    }
    rows.add(List.copyOf(row));
    return rows;
  }

  /// An upper bound of a part's encoded size, in bytes.
  static long size(ContentPart part) {
    return PART_OVERHEAD
        + switch (part) {
          case ContentPart.Text(var text) -> encoded(text);
          case ContentPart.Reasoning(var text, _, _) -> encoded(text);
          case ContentPart.ToolCall call ->
              call.args().text().length() + encoded(call.toolCallId()) + encoded(call.toolName());
          case ContentPart.ToolResult result ->
              result.result().text().length()
                  + encoded(result.toolCallId())
                  + encoded(result.toolName());
          case ContentPart.Source source ->
              encoded(source.url())
                  + (source.sourceId() == null ? 0 : encoded(source.sourceId()))
                  + (source.title() == null ? 0 : encoded(source.title()));
          case ContentPart.File file -> file.name() == null ? 0 : encoded(file.name());
          case ContentPart.FileReference reference ->
              encoded(reference.fileName()) + encoded(reference.content());
          case ContentPart.ProviderState _ -> 0; // Not among what clients get.
        };
  }

  /// How many UTF-16 units of the block fit into `room` bytes, without splitting a character; 0 for
  /// a part that cannot be cut.
  private static int prefix(ContentPart part, long room) {
    var text = text(part);
    var used = 0L;
    var fitting = 0;
    while (fitting < text.length()) {
      var character = text.codePointAt(fitting);
      var units = Character.charCount(character);
      used += encoded(character) * units;
      if (used > room) {
        break;
      }
      fitting += units;
    }
    return Math.min(fitting, text.length());
  }

  private static String text(ContentPart part) {
    return switch (part) {
      case ContentPart.Text(var text) -> text;
      case ContentPart.Reasoning(var text, _, _) -> text;
      case ContentPart.ToolCall _,
          ContentPart.ToolResult _,
          ContentPart.Source _,
          ContentPart.File _,
          ContentPart.FileReference _,
          ContentPart.ProviderState _ ->
          "";
    };
  }

  private static ContentPart piece(ContentPart part, int from, int to) {
    return switch (part) {
      case ContentPart.Reasoning(var text, var created, var completed) ->
          new ContentPart.Reasoning(text.substring(from, to), created, completed);
      default -> new ContentPart.Text(text(part).substring(from, to));
    };
  }

  private static long encoded(String text) {
    return text.chars().mapToLong(RowCutter::encoded).sum();
  }

  /// Bytes of one UTF-16 unit of this character when everything but ASCII is escaped.
  private static long encoded(int character) {
    if (character >= 0x20 && character < 0x7f) {
      return character == '"' || character == '\\' ? 2 : 1;
    }
    return 6;
  }
}
