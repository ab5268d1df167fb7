package chatd.server.relay;

import chatd.relay.Dialer;
import chatd.relay.Link;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// The dialling end of a link, from connecting on.
///
/// One virtual thread connects and then reads: a piece each time that one is asked for. Each write
/// has a virtual thread of its own; there is one at a time.
final class DialedWebSocket implements Link {
  private static final int PIECE_BYTES = 16 * 1024;
  private static final int PLAIN_PORT = 80;
  private static final int TLS_PORT = 443;

  private final URI target;
  private final Dialer.Answer answer;
  private final ThreadFactory threads;
  private final Semaphore asked = new Semaphore(0);
  private final Incoming incoming = new Incoming(asked::release);
  private final Socket plain = new Socket();
  private volatile Socket socket = plain;

  DialedWebSocket(URI target, Dialer.Answer answer, ThreadFactory threads) {
    this.target = target;
    this.answer = answer;
    this.threads = threads;
  }

  void run(Duration timeout) {
    DataInputStream in;
    try {
      in = connect((int) timeout.toMillis());
    } catch (IOException | RuntimeException failure) {
      close();
      answer.failed(failure);
      return;
    }
    incoming.attach(answer.opened(this));
    try {
      while (readFrame(in)) {
        // The next one.
      }
    } catch (IOException _) {
      // Cut, at one end or between them.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      close();
    }
  }

  private DataInputStream connect(int timeoutMillis) throws IOException {
    var isTls = target.getScheme().equals("https");
    var port = target.getPort() > 0 ? target.getPort() : isTls ? TLS_PORT : PLAIN_PORT;
    plain.setTcpNoDelay(true);
    plain.connect(new InetSocketAddress(target.getHost(), port), timeoutMillis);
    plain.setSoTimeout(timeoutMillis);
    if (isTls) {
      socket = overTls(port);
    }
    var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    new Upgrade(target).perform(in, socket.getOutputStream());
    plain.setSoTimeout(0); // Who is silent for too long is found out by what is said on the link.
    return in;
  }

  private Socket overTls(int port) throws IOException {
    var factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    var tls = (SSLSocket) factory.createSocket(plain, target.getHost(), port, true);
    var parameters = tls.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    tls.setSSLParameters(parameters);
    tls.startHandshake();
    return tls;
  }

  /// Reads one frame, in pieces. False: there will be no more.
  private boolean readFrame(DataInputStream in) throws IOException, InterruptedException {
    asked.acquire();
    var header = new FrameHeader(in);
    if (!header.isData()) {
      return false; // A goodbye, or something that no replica says.
    }
    var left = header.length();
    do {
      var piece = new byte[(int) Math.min(left, PIECE_BYTES)];
      var length =
          left == 0 ? 0 : in.read(piece); // What is there: also a little is a sign of life.
      if (length < 0) {
        return false;
      }
      left -= length;
      if (!incoming.piece(ByteBuffer.wrap(piece, 0, length), header.isLast() && left == 0)) {
        throw new ProtocolException("more than was asked for");
      }
      if (left > 0) {
        asked.acquire();
      }
    } while (left > 0);
    return true;
  }

  @Override
  public void send(ByteBuffer message) {
    threads.newThread(() -> write(message)).start();
  }

  private void write(ByteBuffer message) {
    try {
      socket.getOutputStream().write(FrameHeader.masked(message, mask()));
      incoming.written();
    } catch (IOException _) {
      close();
    }
  }

  private static int mask() {
    return ThreadLocalRandom.current().nextInt();
  }

  @Override
  public void readOn(int bytesMax) {
    incoming.readOn(bytesMax);
  }

  @Override
  public void close() {
    try {
      plain.close(); // What is above it would first say goodbye, and could block.
    } catch (IOException _) {
      // It is of no use any more in any case.
    }
    asked.release(); // Whoever waits to read sees the end now.
    incoming.ended();
  }
}
