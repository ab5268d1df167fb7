package chatd.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Connections in memory. Nothing moves before a test says so; then dials are answered and messages
/// delivered, except where the test has them stalled, cut, or one end believing in a connection
/// that is gone.
final class FakeNetwork {
  private final Map<String, LinkServer> listening = new HashMap<>();
  private final Set<String> refusing = new HashSet<>();
  private final Set<String> silent = new HashSet<>();
  final List<Dial> dials = new ArrayList<>();
  final List<Wire> wires = new ArrayList<>();
  int dialled;
  int connectedTooLate;

  void listen(String address, LinkServer server) {
    listening.put(address, server);
  }

  /// Whether connections to this address are refused.
  void refuse(String address, boolean refused) {
    change(refusing, address, refused);
  }

  /// Whether nobody answers there, neither yes nor no.
  void silence(String address, boolean isSilent) {
    change(silent, address, isSilent);
  }

  private static void change(Set<String> set, String address, boolean in) {
    if (in) {
      set.add(address);
    } else {
      set.remove(address);
    }
  }

  /// How one replica dials.
  Dialer dialerOf(String replica) {
    return (address, answer) -> {
      var dial = new Dial(replica, address, answer);
      dials.add(dial);
      dialled++;
      return () -> dial.cancelled = true;
    };
  }

  /// Answers every dial and delivers every message that can be.
  boolean move() {
    var moved = false;
    for (var dial : List.copyOf(dials)) {
      moved |= dial.answer();
    }
    for (var wire : List.copyOf(wires)) {
      moved |= wire.dialing.move();
      moved |= wire.accepting.move();
    }
    wires.removeIf(wire -> wire.dialing.over && wire.accepting.over);
    return moved;
  }

  /// A dialling that is not answered yet.
  final class Dial {
    private final String from;
    private final String to;
    private final Dialer.Answer answer;
    private boolean cancelled;

    Dial(String from, String to, Dialer.Answer answer) {
      this.from = from;
      this.to = to;
      this.answer = answer;
    }

    boolean isCancelled() {
      return cancelled;
    }

    boolean answer() {
      if (silent.contains(to) && !cancelled) {
        return false;
      }
      dials.remove(this);
      if (refusing.contains(to) || !listening.containsKey(to)) {
        answer.failed(new ConnectException("refused"));
        return true;
      }
      connect(); // Even if it was cancelled: the two may cross.
      return true;
    }

    /// Answers late or early, whatever the address does otherwise.
    Wire connect() {
      dials.remove(this);
      connectedTooLate += cancelled ? 1 : 0;
      var wire = new Wire(from, to);
      wires.add(wire);
      var server = listening.get(to);
      if (server == null) {
        throw new AssertionError("nobody listens at " + to);
      }
      wire.accepting.listener = server.accept(wire.accepting);
      wire.dialing.listener = answer.opened(wire.dialing);
      return wire;
    }
  }

  /// One connection.
  static final class Wire {
    final String from;
    final String to;
    final End dialing = new End();
    final End accepting = new End();
    boolean stalled;
    long bytesDelivered;
    int messagesDelivered;

    Wire(String from, String to) {
      this.from = from;
      this.to = to;
      dialing.join(this, accepting);
      accepting.join(this, dialing);
    }

    void cut() {
      dialing.close();
      accepting.close();
    }
  }

  /// One end of a connection.
  static final class End implements Link {
    private final Deque<ByteBuffer> coming = new ArrayDeque<>();
    private @Nullable Wire wire;
    private @Nullable End other;
    private Link.@Nullable Listener listener;
    private int bytesMax;
    private boolean unanswered;
    private boolean toldEnd;
    boolean over;

    private void join(Wire joined, End otherEnd) {
      wire = joined;
      other = otherEnd;
    }

    @Override
    public synchronized void send(ByteBuffer message) {
      assertThat(unanswered).as("two writes at once").isFalse();
      unanswered = true;
      if (!over && other != null && !other.over) {
        other.coming.add(ByteBuffer.allocate(message.remaining()).put(message).flip());
      }
    }

    @Override
    public void readOn(int most) {
      assertThat(bytesMax).as("two reads at once").isZero();
      bytesMax = most;
    }

    @Override
    public void close() {
      if (!over && other != null) {
        other.over = true;
      }
      over = true;
    }

    /// This end is gone, and the other one does not hear of it.
    void vanish() {
      over = true;
      coming.clear();
    }

    private boolean isStalled() {
      return wire == null || wire.stalled;
    }

    private boolean move() {
      var hears = listener;
      if (hears == null || toldEnd) {
        return false;
      }
      if (over) {
        toldEnd = true;
        hears.ended();
        return true;
      }
      if (isStalled()) {
        return false;
      }
      var moved = false;
      if (unanswered && other != null && other.coming.isEmpty()) {
        unanswered = false;
        hears.written();
        moved = true;
      }
      if (bytesMax > 0 && !coming.isEmpty()) {
        deliver(coming.remove(), hears);
        moved = true;
      }
      return moved;
    }

    private void deliver(ByteBuffer message, Link.Listener hears) {
      assertThat(message.remaining()).as("a message of bounded length").isBetween(1, bytesMax);
      bytesMax = 0;
      if (wire != null) {
        wire.bytesDelivered += message.remaining();
        wire.messagesDelivered++;
      }
      hears.heard();
      hears.received(message);
    }
  }
}
