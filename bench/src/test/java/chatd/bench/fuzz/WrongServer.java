package chatd.bench.fuzz;

import chatd.bench.user.Deployment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Reads a little of each connection, says the same on all of them, and hangs up.
final class WrongServer implements AutoCloseable {
  private final ServerSocket server;
  private final byte[] answer;

  WrongServer(String answer) {
    this.answer = answer.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::serve);
  }

  private void serve() {
    while (!server.isClosed()) {
      try (var socket = server.accept()) {
        socket.getInputStream().read(new byte[64 * 1024]);
        socket.getOutputStream().write(answer);
        socket.shutdownOutput();
        socket.getInputStream().readAllBytes();
      } catch (IOException _) {
        // The next one, or none any more.
      }
    }
  }

  Deployment deployment() {
    return new Deployment(List.of(server.getLocalPort()), "admin");
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
