package chatd.bench.user;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/// One connection to a replica, over which anything may be sent.
public final class Line implements AutoCloseable {
  private static final int CONNECT_MILLIS_MAX = 5_000;

  private final Socket socket = new Socket();
  private final InputStream in;
  private final ReplyReader reader;

  private Line(int port, Duration patience, int receiveBytes) throws IOException {
    if (receiveBytes > 0) {
      socket.setReceiveBufferSize(receiveBytes); // Before connecting: the window is agreed on then.
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) patience.toMillis());
    socket.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS_MAX);
    in = new BufferedInputStream(socket.getInputStream());
    reader = new ReplyReader(in);
  }

  /// Connects.
  ///
  /// @param patience how long a read waits
  public static Line open(int port, Duration patience) throws IOException {
    return new Line(port, patience, 0);
  }

  /// One whose system takes about so many bytes that nobody has read.
  public static Line narrow(int port, Duration patience, int receiveBytes) throws IOException {
    return new Line(port, patience, receiveBytes);
  }

  public void send(byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
  }

  /// Says that nothing more is sent, and goes on reading.
  public void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  public ReplyReader reader() {
    return reader;
  }

  /// What comes, as it is, for what is no HTTP.
  ///
  /// @return -1 at the end
  public int read(byte[] into) throws IOException {
    return in.read(into);
  }

  public void patience(Duration patience) throws IOException {
    socket.setSoTimeout((int) patience.toMillis());
  }

  /// Goes away without a word.
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException _) {
      // It is closed all the same.
    }
  }
}
