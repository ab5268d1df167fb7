package chatd.server.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/// Turns a connection to a replica into a WebSocket, from the side that connected.
final class Upgrade {
  private static final int HEAD_BYTES_MAX = 16 * 1024;
  private static final int KEY_BYTES = 16;
  private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final URI target;
  private final String key;

  Upgrade(URI target) {
    var random = new byte[KEY_BYTES];
    ThreadLocalRandom.current().nextBytes(random);
    this.target = target;
    this.key = Base64.getEncoder().encodeToString(random);
  }

  /// @throws IOException if the answer is not that of a WebSocket
  void perform(DataInputStream in, OutputStream out) throws IOException {
    out.write(request().getBytes(US_ASCII));
    var lines = head(in).lines().toList();
    if (!lines.getFirst().startsWith("HTTP/1.1 101")) {
      throw new ProtocolException("answered " + lines.getFirst());
    }
    if (lines.stream().noneMatch(this::isAcceptance)) {
      throw new ProtocolException("answered by something that is no WebSocket");
    }
  }

  private boolean isAcceptance(String line) {
    var colon = line.indexOf(':');
    return colon > 0
        && line.substring(0, colon).equalsIgnoreCase("Sec-WebSocket-Accept")
        && line.substring(colon + 1).strip().equals(accepted());
  }

  private String request() {
    var port = target.getPort() > 0 ? ":" + target.getPort() : "";
    return String.join(
        "\r\n",
        "GET " + target.getRawPath() + " HTTP/1.1",
        "Host: " + target.getHost() + port,
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: " + key,
        "",
        "");
  }

  /// The head of the answer. Nothing behind it is read: that belongs to the link.
  private static String head(DataInputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    for (var ends = 0; ends < 2; ) {
      var read = in.readUnsignedByte();
      head.write(read);
      if (head.size() > HEAD_BYTES_MAX) {
        throw new ProtocolException("answered without an end");
      }
      ends = read == '\n' ? ends + 1 : read == '\r' ? ends : 0;
    }
    return head.toString(ISO_8859_1);
  }

  private String accepted() {
    try {
      var sha1 = MessageDigest.getInstance("SHA-1").digest((key + KEY_SUFFIX).getBytes(US_ASCII));
      return Base64.getEncoder().encodeToString(sha1);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
