package chatd.server.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Server-sent events, cut out of a stream of bytes however it is chopped.
///
/// Lines are split before anything is decoded, so a chunk may end inside a character. An event is
/// there as soon as its empty line is; one that the stream ends in is dropped, as the standard
/// wants.
final class SseReader {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final InputStream in;
  private final int eventBytesMax;

  private final byte[] buffer = new byte[8 << 10];
  private int position;
  private int limit;

  private final Bytes line = new Bytes();
  private final Bytes data = new Bytes();
  private boolean afterCarriageReturn;
  private boolean firstLine = true;

  /// @param eventBytesMax the most bytes of one line, and of one event's data
  SseReader(InputStream in, int eventBytesMax) {
    this.in = in;
    this.eventBytesMax = eventBytesMax;
  }

  /// An event: its type, empty when none was named, and its data lines joined by line feeds.
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  record Event(String type, byte[] data) {

    /// Whether it says nothing: it has no type, and only spaces and line ends as data.
    boolean isBlank() {
      if (!type.isEmpty()) {
        return false;
      }
      for (var c : data) {
        if (c != ' ' && c != '\t' && c != '\n') {
          return false;
        }
      }
      return true;
    }
  }

  /// An event, or a line of one, that is larger than allowed.
  static final class EventTooLarge extends IOException {
    private static final long serialVersionUID = 1;

    EventTooLarge(int eventBytesMax) {
      super("an event is larger than " + eventBytesMax + " bytes");
    }
  }

  /// The next event that has data, or null at the end of the stream. Blocks for it.
  ///
  /// @throws EventTooLarge if it is
  @Nullable Event next() throws IOException {
    var type = "";
    var hasData = false;
    data.reset();
    while (readLine()) {
      if (line.size() == 0) {
        if (hasData) {
          return new Event(type, data.toByteArray());
        }
        type = "";
        continue;
      }
      var nameEnd = line.indexOf(':');
      if (line.startsWith("data", nameEnd)) {
        if (hasData) {
          data.write('\n');
        }
        data.write(line.array(), valueStart(nameEnd), line.size() - valueStart(nameEnd));
        checkSize(data);
        hasData = true;
      } else if (line.startsWith("event", nameEnd)) {
        var from = valueStart(nameEnd);
        type = new String(line.array(), from, line.size() - from, StandardCharsets.UTF_8);
      }
    }
    return null;
  }

  /// Where a field's value begins: behind the colon and one space, if they are there.
  private int valueStart(int nameEnd) {
    var start = Math.min(nameEnd + 1, line.size());
    return start < line.size() && line.array()[start] == ' ' ? start + 1 : start;
  }

  /// Reads one line, without its end, into `line`; false at the end of the stream.
  private boolean readLine() throws IOException {
    line.reset();
    while (true) {
      if (position == limit && !fill()) {
        return false;
      }
      if (afterCarriageReturn) {
        // The line ended at the return already: waiting for its line feed could take for ever.
        afterCarriageReturn = false;
        if (buffer[position] == '\n') {
          position++;
          continue;
        }
      }
      var start = position;
      while (position < limit && buffer[position] != '\n' && buffer[position] != '\r') {
        position++;
      }
      line.write(buffer, start, position - start);
      checkSize(line);
      if (position < limit) {
        afterCarriageReturn = buffer[position++] == '\r';
        dropByteOrderMark();
        return true;
      }
    }
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, in.read(buffer));
    return limit > 0;
  }

  private void dropByteOrderMark() {
    if (firstLine && line.startsWith(BYTE_ORDER_MARK)) {
      line.dropFirst(BYTE_ORDER_MARK.length);
    }
    firstLine = false;
  }

  private void checkSize(Bytes bytes) throws EventTooLarge {
    if (bytes.size() > eventBytesMax) {
      throw new EventTooLarge(eventBytesMax);
    }
  }

  /// Bytes that are looked at where they are.
  private static final class Bytes extends ByteArrayOutputStream {
    byte[] array() {
      return buf;
    }

    int indexOf(char wanted) {
      for (var i = 0; i < count; i++) {
        if (buf[i] == wanted) {
          return i;
        }
      }
      return count;
    }

    /// Whether the first `length` bytes spell `name`.
    boolean startsWith(String name, int length) {
      if (name.length() != length) {
        return false;
      }
      for (var i = 0; i < length; i++) {
        if (buf[i] != name.charAt(i)) {
          return false;
        }
      }
      return true;
    }

    boolean startsWith(byte[] prefix) {
      return count >= prefix.length
          && Arrays.equals(buf, 0, prefix.length, prefix, 0, prefix.length);
    }

    void dropFirst(int length) {
      count -= length;
      System.arraycopy(buf, length, buf, 0, count);
    }
  }
}
