package chatd.bench.user;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads answers off a connection, and takes nothing that is not exactly HTTP/1.1.
public final class ReplyReader {
  private static final int LINE_MAX = 64 * 1024;
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5]\\d\\d) (.*)");
  private static final Pattern FIELD = Pattern.compile("([!#$%&'*+.^_`|~\\w-]+):[ \\t]*(.*)");

  private final InputStream in;

  public ReplyReader(InputStream in) {
    this.in = in;
  }

  /// The next answer to a request of this method; null if the connection ended before it.
  ///
  /// @throws ProtocolException if what comes is no HTTP
  public @Nullable Reply next(String method) throws IOException {
    var head = head();
    return head == null || head.status() == 101
        ? head
        : new Reply(head.status(), head.reason(), head.headers(), body(method, head));
  }

  /// Likewise, without its body.
  public @Nullable Reply head() throws IOException {
    var first = line();
    if (first == null) {
      return null;
    }
    var status = STATUS_LINE.matcher(first);
    if (!status.matches()) {
      throw new ProtocolException("no status line: " + shortened(first));
    }
    Map<String, List<String>> headers = new TreeMap<>();
    for (var line = needed(line()); !line.isEmpty(); line = needed(line())) {
      var field = FIELD.matcher(line);
      if (!field.matches()) {
        throw new ProtocolException("no header line: " + shortened(line));
      }
      headers
          .computeIfAbsent(field.group(1).toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
          .add(field.group(2).strip());
    }
    return new Reply(Integer.parseInt(status.group(1)), status.group(2), headers, new byte[0]);
  }

  private byte[] body(String method, Reply head) throws IOException {
    var chunked = head.header("transfer-encoding").isPresent();
    var length = head.header("content-length");
    if (chunked && length.isPresent()) {
      throw new ProtocolException("an answer of two lengths");
    }
    if (method.equals("HEAD") && head.isLast()) {
      in.readAllBytes(); // Who did not understand the request did not see that it was a HEAD.
    }
    if (method.equals("HEAD") || head.status() == 204 || head.status() < 200) {
      return new byte[0];
    }
    if (chunked) {
      return chunks();
    }
    if (length.isEmpty()) {
      if (!head.isLast()) {
        throw new ProtocolException("an answer of no length");
      }
      return in.readAllBytes();
    }
    return exactly(Integer.parseInt(length.get()));
  }

  private byte[] chunks() throws IOException {
    var body = new ByteArrayOutputStream();
    while (true) {
      var size = Integer.parseInt(needed(line()).split(";", 2)[0].strip(), 16);
      body.writeBytes(exactly(size));
      if (!needed(line()).isEmpty()) {
        throw new ProtocolException("a chunk longer than it says");
      }
      if (size == 0) {
        return body.toByteArray();
      }
    }
  }

  private byte[] exactly(int count) throws IOException {
    var bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new ProtocolException(
          "an answer that ends after %d of %d".formatted(bytes.length, count));
    }
    return bytes;
  }

  private static String needed(@Nullable String line) throws ProtocolException {
    if (line == null) {
      throw new ProtocolException("an answer that ends too soon");
    }
    return line;
  }

  /// A line without its end; null if there is none any more.
  private @Nullable String line() throws IOException {
    var line = new ByteArrayOutputStream(128);
    for (var next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        if (line.size() == 0) {
          return null;
        }
        throw new ProtocolException("a line that ends too soon: " + line);
      }
      if (line.size() > LINE_MAX) {
        throw new ProtocolException("a line without end");
      }
      line.write(next);
    }
    var text = line.toString(StandardCharsets.ISO_8859_1);
    if (!text.endsWith("\r")) {
      throw new ProtocolException("a line that ends in LF alone: " + shortened(text));
    }
    return text.substring(0, text.length() - 1);
  }

  private static String shortened(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }
}
