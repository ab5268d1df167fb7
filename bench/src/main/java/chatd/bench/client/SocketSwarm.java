package chatd.bench.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/// Any number of WebSockets, read by one thread, so that it is not the load tool that is measured.
public final class SocketSwarm implements AutoCloseable {
  private static final int READ_BYTES = 256 * 1024;

  private final Selector selector;
  private final Thread thread = Thread.ofPlatform().name("viewers").unstarted(this::run);
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);

  private SocketSwarm(Selector selector) {
    this.selector = selector;
  }

  public static SocketSwarm start() throws IOException {
    var swarm = new SocketSwarm(Selector.open());
    swarm.thread.start();
    return swarm;
  }

  /// Hears what comes on one socket, on the thread of the swarm.
  public interface Listener {
    /// A message came.
    ///
    /// @param nanos when it was read, as told by `System.nanoTime`
    void message(long nanos, byte[] text);

    /// The socket is closed.
    ///
    /// @param code of the close frame; 1006 if there was none
    void closed(int code);
  }

  /// Opens a socket. Returns when the server has agreed.
  public Open open(Handshake handshake, Listener listener) throws IOException {
    var opened = handshake.webSocket();
    var socket = new Open(opened.channel(), listener);
    opened.channel().configureBlocking(false);
    // What came with the head is taken first: nobody reads before the socket is registered.
    socket.take(opened.rest());
    opened.channel().register(selector, SelectionKey.OP_READ, socket);
    selector.wakeup();
    return socket;
  }

  private void run() {
    try {
      while (selector.isOpen()) {
        selector.select(this::read);
      }
    } catch (ClosedSelectorException _) {
      // Closed.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(SelectionKey key) {
    var socket = (Open) key.attachment();
    try {
      buffer.clear();
      if (socket.channel.read(buffer) < 0) {
        socket.end(1006);
      } else {
        socket.take(buffer.flip());
      }
    } catch (IOException _) {
      socket.end(1006);
    }
  }

  @Override
  public void close() throws IOException {
    for (var key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }

  /// One open socket.
  public static final class Open implements MessageReader.Told, AutoCloseable {
    private final SocketChannel channel;
    private final Listener listener;
    private final MessageReader reader = new MessageReader(this);
    private long now;
    private boolean ended;

    private Open(SocketChannel channel, Listener listener) {
      this.channel = channel;
      this.listener = listener;
    }

    private void take(ByteBuffer bytes) {
      now = System.nanoTime();
      reader.read(bytes);
    }

    @Override
    public void message(byte[] text) {
      listener.message(now, text);
    }

    @Override
    public void ping(byte[] payload) {
      try {
        channel.write(
            ByteBuffer.wrap(MessageReader.pong(payload))); // It fits: nothing else is ever written.
      } catch (IOException _) {
        end(1006);
      }
    }

    @Override
    public void closed(int code) {
      end(code);
    }

    private void end(int code) {
      if (!ended) {
        ended = true;
        close();
        listener.closed(code);
      }
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException _) {
        // It is closed all the same.
      }
    }
  }
}
