package chatd.server.http;

import chatd.contract.Answer;
import chatd.contract.Contract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A request that the JDK's client would not make, and the beginning of its answer.
record RawRequest(Socket socket, String head) implements AutoCloseable {

  /// Asks for a WebSocket; `headers` are whole lines.
  static RawRequest upgrade(int port, String path, String... headers) {
    var lines =
        new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n")
            .append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n")
            .append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    Arrays.stream(headers).forEach(header -> lines.append(header).append("\r\n"));
    return send(port, lines.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
  }

  static RawRequest send(int port, byte[] request) {
    try {
      var socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request);
      var head = readHead(socket);
      Contract.hold(Answer.headOf(new String(request, StandardCharsets.UTF_8), head));
      return new RawRequest(socket, head);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String readHead(Socket socket) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      var next = socket.getInputStream().read();
      if (next < 0) {
        throw new IOException("the answer ended after " + head);
      }
      head.append((char) next);
    }
    return head.toString();
  }

  int status() {
    return Integer.parseInt(head.split(" ", 3)[1]);
  }

  /// Breaks the connection before its time.
  void hangUp() {
    close();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
