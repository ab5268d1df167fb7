package chatd.bench.chaos;

import chatd.strict.StreamEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes server-sent events out of the chunks of one answer.
final class EventReader {
  private final ByteArrayOutputStream unread = new ByteArrayOutputStream();
  private final StringBuilder text = new StringBuilder();
  private boolean ended;

  /// The events that are complete with these bytes.
  List<StreamEvent> read(byte[] bytes, int count) {
    unread.write(bytes, 0, count);
    var all = unread.toByteArray();
    var from = 0;
    for (var next = chunk(all, from); next > from; next = chunk(all, from)) {
      from = next;
    }
    unread.reset();
    unread.write(all, from, all.length - from);
    return events();
  }

  /// Whether the answer has come to its end.
  boolean isEnded() {
    return ended;
  }

  /// Takes one chunk, and returns where it ends; where it began if it is not complete.
  private int chunk(byte[] all, int from) {
    var line = from;
    while (line < all.length && all[line] != '\n') {
      line++;
    }
    if (line >= all.length) {
      return from;
    }
    var size = new String(all, from, line - from, StandardCharsets.US_ASCII).strip();
    var length = Integer.parseInt(size, 16);
    var end = line + 1 + length + 2;
    if (end > all.length) {
      return from;
    }
    ended = length == 0;
    text.append(new String(all, line + 1, length, StandardCharsets.UTF_8)); // All of it is ASCII.
    return end;
  }

  private List<StreamEvent> events() {
    var events = new ArrayList<StreamEvent>();
    for (var end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      @Nullable String id = null;
      @Nullable String data = null;
      for (var line : text.substring(0, end).split("\n", -1)) {
        if (line.startsWith("id: ")) {
          id = line.substring("id: ".length());
        } else if (line.startsWith("data: ")) {
          data = line.substring("data: ".length());
        }
      }
      text.delete(0, end + 2);
      if (data != null) {
        events.add(new StreamEvent(data, id));
      }
    }
    return events;
  }
}
