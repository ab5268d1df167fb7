package chatd.bench.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Everything that one socket got, with the time of each message. It is only kept here; what it
/// means is found out when the load is over.
public final class Recording implements SocketSwarm.Listener {
  private final List<Received> received = new ArrayList<>();
  private int closeCode;

  /// One message.
  public static final class Received {
    private final long nanos;
    private final byte[] text;

    private Received(long nanos, byte[] text) {
      this.nanos = nanos;
      this.text = text;
    }

    /// When it came, as told by `System.nanoTime`.
    public long nanos() {
      return nanos;
    }

    /// What it says; not to be changed.
    public byte[] text() {
      return text;
    }

    /// Whether this ASCII text stands in it.
    public boolean contains(String wanted) {
      var pattern = wanted.getBytes(StandardCharsets.US_ASCII);
      for (var i = 0; i <= text.length - pattern.length; i++) {
        if (text[i] == pattern[0] && matches(pattern, i)) {
          return true;
        }
      }
      return false;
    }

    private boolean matches(byte[] pattern, int at) {
      for (var i = 0; i < pattern.length; i++) {
        if (text[at + i] != pattern[i]) {
          return false;
        }
      }
      return true;
    }
  }

  @Override
  public synchronized void message(long nanos, byte[] text) {
    received.add(new Received(nanos, text));
  }

  @Override
  public synchronized void closed(int code) {
    closeCode = code;
  }

  /// How much came so far.
  public synchronized int size() {
    return received.size();
  }

  /// What came after the first `count` messages.
  public synchronized List<Received> since(int count) {
    return List.copyOf(received.subList(count, received.size()));
  }

  /// What came last, or nothing.
  public synchronized List<Received> last() {
    return received.isEmpty() ? List.of() : List.of(received.getLast());
  }

  /// Whether the last message holds this text.
  public boolean endsWith(String wanted) {
    return last().stream().anyMatch(message -> message.contains(wanted));
  }

  /// With which code the socket was closed; 0 while it is open.
  public synchronized int closeCode() {
    return closeCode;
  }
}
