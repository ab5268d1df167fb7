package chatd.server.postgres;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// Answers everybody who connects as if it were PostgreSQL, with one refusal.
final class RefusingPooler implements AutoCloseable {
  private static final int ENCRYPTION_ASKED_FOR = 8;

  private final ServerSocket socket;
  private final byte[] refusal;

  RefusingPooler(String state, String text) throws IOException {
    socket = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    refusal = "SFATAL\0C%s\0M%s\0\0".formatted(state, text).getBytes(StandardCharsets.US_ASCII);
    Thread.ofVirtual().start(this::serve);
  }

  DatabaseUrl url() {
    return DatabaseUrl.parse(
        "postgres://ada:hunter2@127.0.0.1:" + socket.getLocalPort() + "/chats");
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (var client = socket.accept()) {
        refuse(client);
      } catch (IOException _) {
        // It is closed, or the client had enough.
      }
    }
  }

  private void refuse(Socket client) throws IOException {
    var in = new DataInputStream(client.getInputStream());
    var out = new DataOutputStream(client.getOutputStream());
    var length = in.readInt();
    while (length == ENCRYPTION_ASKED_FOR) {
      in.skipNBytes(length - Integer.BYTES);
      out.write('N');
      length = in.readInt();
    }
    in.skipNBytes(length - Integer.BYTES);
    out.write('E');
    out.writeInt(Integer.BYTES + refusal.length);
    out.write(refusal);
    out.flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
