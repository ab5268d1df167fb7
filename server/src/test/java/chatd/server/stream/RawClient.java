package chatd.server.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/// A client on a bare socket, which sees each frame and each line and reads only when told to.
public final class RawClient implements AutoCloseable {

  /// One WebSocket frame.
  public static final class Frame {
    private final int opcode;
    private final boolean fin;
    private final byte[] payload;

    Frame(int opcode, boolean fin, byte[] payload) {
      this.opcode = opcode;
      this.fin = fin;
      this.payload = payload;
    }

    public int opcode() {
      return opcode;
    }

    public boolean fin() {
      return fin;
    }

    public byte[] payload() {
      return payload;
    }

    public int closeCode() {
      return ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
    }

    public String closeText() {
      return new String(payload, 2, payload.length - 2, UTF_8);
    }
  }

  public static final int TEXT = 1;
  public static final int CONTINUATION = 0;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int PONG = 10;

  private static final int RECEIVE_BYTES = 8 * 1024;

  private final Socket socket = new Socket();
  private final DataInputStream in;
  private boolean chunkSeen;

  private RawClient(int port, int receiveBytes) throws IOException {
    socket.setReceiveBufferSize(receiveBytes); // Before connecting: the window is agreed on then.
    socket.setSoTimeout(20_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    in = new DataInputStream(socket.getInputStream());
  }

  static RawClient connect(int port) throws IOException {
    return connect(port, RECEIVE_BYTES);
  }

  /// A client whose system takes about so many bytes that nobody has read.
  public static RawClient connect(int port, int receiveBytes) throws IOException {
    return new RawClient(port, receiveBytes);
  }

  static RawClient webSocket(int port, String path) throws IOException {
    var client = connect(port);
    client.send(
        "GET " + path + " HTTP/1.1",
        "Host: localhost",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    return client;
  }

  static RawClient events(int port, String path) throws IOException {
    var client = connect(port);
    client.send("GET " + path + " HTTP/1.1", "Host: localhost", "Accept: text/event-stream");
    return client;
  }

  public void send(String... lines) throws IOException {
    sendBytes((String.join("\r\n", lines) + "\r\n\r\n").getBytes(US_ASCII));
  }

  public void sendBytes(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /// The status line and the header lines of the answer.
  public List<String> head() throws IOException {
    var lines = new ArrayList<String>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      lines.add(line);
    }
    return lines;
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (var b = in.readUnsignedByte(); b != '\n'; b = in.readUnsignedByte()) {
      line.write(b);
    }
    return line.toString(US_ASCII).strip();
  }

  /// The next chunk of a chunked body; empty at its end.
  public byte[] chunk() throws IOException {
    if (chunkSeen) {
      line(); // The end of a chunk is sent with the next one.
    }
    chunkSeen = true;
    var bytes = new byte[Integer.parseInt(line(), 16)];
    in.readFully(bytes);
    if (bytes.length == 0) {
      line();
      chunkSeen = false;
    }
    return bytes;
  }

  public Frame frame() throws IOException {
    var first = in.readUnsignedByte();
    var length = (long) in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    var payload = new byte[Math.toIntExact(length)];
    in.readFully(payload);
    return new Frame(first & 0x0F, (first & 0x80) != 0, payload);
  }

  public void sendFrame(int opcode, byte[] payload) throws IOException {
    var out = new ByteArrayOutputStream();
    out.write(0x80 | opcode);
    if (payload.length < 126) {
      out.write(0x80 | payload.length);
    } else {
      out.write(0x80 | 126);
      out.write(payload.length >> 8);
      out.write(payload.length & 0xFF);
    }
    out.writeBytes(new byte[4]); // A mask of zeros is a mask.
    out.writeBytes(payload);
    sendBytes(out.toByteArray());
  }

  /// Reads up to so many bytes of what has come.
  public int skip(int bytes) throws IOException {
    return in.read(new byte[bytes]);
  }

  boolean isClosedByServer() throws IOException {
    try {
      in.readUnsignedByte();
      return false;
    } catch (EOFException closed) {
      return true;
    }
  }

  /// Goes away without a word, as a process that was killed.
  public void vanish() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
