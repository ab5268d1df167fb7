package chatd.bench.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/// How a stream is opened.
///
/// @param token of the user; empty for servers that ask for none
/// @param receiveBytes the size of the socket's receive buffer; 0 leaves it to the system
public record Handshake(int port, String path, String token, int receiveBytes) {
  private static final int HEAD_MAX = 16 * 1024;
  private static final String UPGRADE =
      """
      Upgrade: websocket\r
      Connection: Upgrade\r
      Sec-WebSocket-Version: 13\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      """;

  /// An open connection whose answer's head was read.
  ///
  /// @param rest what was read beyond the head
  record Opened(SocketChannel channel, ByteBuffer rest) {}

  Opened webSocket() throws IOException {
    return open(UPGRADE, "101");
  }

  Opened serverSentEvents() throws IOException {
    return open("Accept: text/event-stream\r\n", "200");
  }

  private Opened open(String headers, String status) throws IOException {
    var channel = SocketChannel.open();
    try {
      if (receiveBytes > 0) { // Before connecting: the window is agreed on then.
        channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBytes);
      }
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      var authorization = token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n";
      var request =
          "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + authorization + headers + "\r\n";
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      return new Opened(channel, afterHead(channel, status));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private ByteBuffer afterHead(SocketChannel channel, String status) throws IOException {
    var buffer = ByteBuffer.allocate(HEAD_MAX);
    while (true) {
      if (channel.read(buffer) < 0) {
        throw new EOFException("closed before an answer");
      }
      var head = new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1);
      var end = head.indexOf("\r\n\r\n");
      if (end >= 0) {
        if (!head.startsWith("HTTP/1.1 " + status)) {
          throw new IOException(path + " answered " + head);
        }
        return buffer.flip().position(end + 4);
      }
    }
  }
}
