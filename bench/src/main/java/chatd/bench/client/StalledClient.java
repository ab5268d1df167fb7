package chatd.bench.client;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/// A viewer that opens a stream and then reads nothing any more.
public final class StalledClient implements AutoCloseable {
  private static final int RECEIVE_BYTES = 4 * 1024;

  private final SocketChannel channel;

  private StalledClient(SocketChannel channel) {
    this.channel = channel;
  }

  public static StalledClient webSocket(int port, String path, String token) throws IOException {
    var handshake = new Handshake(port, path, token, RECEIVE_BYTES);
    return new StalledClient(handshake.webSocket().channel());
  }

  public static StalledClient serverSentEvents(int port, String path, String token)
      throws IOException {
    var handshake = new Handshake(port, path, token, RECEIVE_BYTES);
    return new StalledClient(handshake.serverSentEvents().channel());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
