package chatd.sim;

import chatd.relay.Dialer;
import chatd.relay.Link;
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

/// The connections on which replicas bring each other parts. They are refused, stall, are cut
/// between and in the middle of messages, and lie about being open.
final class Network {
  /// So many dials to one replica in so long a time are too many, whatever happens.
  private static final int DIALS_MAX = 25;

  private static final long DIALS_NANOS = 5_000_000_000L;

  private final World world;
  private final Map<String, Replica> listening = new HashMap<>();
  private final List<Connection> wires = new ArrayList<>();
  private final Set<String> refusing = new HashSet<>();
  private final Set<String> silent = new HashSet<>();
  private final Map<String, Long> refusedUntil = new HashMap<>();
  private final Set<String> shaky = new HashSet<>();
  private final Map<String, Deque<Long>> dials = new HashMap<>();
  private long soundSince;

  Network(World world) {
    this.world = world;
  }

  void listen(String address, Replica process) {
    listening.put(address, process);
  }

  @Nullable Replica at(String address) {
    return listening.get(address);
  }

  List<Connection> wires() {
    wires.removeIf(wire -> wire.dialing.isOver && wire.accepting.isOver);
    return List.copyOf(wires);
  }

  void refuse(String address, boolean isOn) {
    refusedUntil.put(address, isOn ? Long.MAX_VALUE : world.clock.nanos());
    change(refusing, address, isOn);
  }

  /// Whether connections to this address were refused now or so long ago.
  boolean refusedWithin(String address, long nanos) {
    var until = refusedUntil.get(address);
    return until != null && (isRefusing(address) || world.clock.nanos() - until <= nanos);
  }

  /// Whether connections to this address end as soon as they would be of any use.
  void shake(String address, boolean isOn) {
    change(shaky, address, isOn);
  }

  void silence(String address, boolean isOn) {
    change(silent, address, isOn);
  }

  boolean isSilent(String address) {
    return silent.contains(address);
  }

  boolean isRefusing(String address) {
    return refusing.contains(address);
  }

  private static void change(Set<String> set, String address, boolean isOn) {
    if (isOn) {
      set.add(address);
    } else {
      set.remove(address);
    }
  }

  /// Something is wrong with connections from now on, or was until now.
  void troubled() {
    soundSince = world.clock.nanos();
  }

  long soundNanos() {
    return world.clock.nanos() - soundSince;
  }

  void heal() {
    List.copyOf(refusing).forEach(address -> refuse(address, false));
    silent.clear();
    shaky.clear();
    wires().forEach(wire -> wire.stall(false));
    wires().stream().filter(wire -> wire.isLying).forEach(Connection::cut);
  }

  /// A process is gone: its ends of all connections with it. Most of the others hear of it.
  void gone(Replica process) {
    for (var wire : wires()) {
      for (var end : List.of(wire.dialing, wire.accepting)) {
        if (end.owner == process) {
          end.isOver = true;
          end.coming.clear();
          if (world.chance(0.8)) {
            world.clock.after(world.wayNanos(), end.other()::close);
          } else {
            world.draws.fault("link half open after a death");
            wire.isLying = true;
          }
        }
      }
    }
  }

  Dialer dialerOf(Replica from) {
    return (address, answer) -> {
      count(from, address);
      var dial = new Dial(from, address, answer);
      world.clock.after(world.wayNanos(), dial::arrive);
      return () -> dial.isCancelled = true;
    };
  }

  /// Who is cut off again and again takes longer and longer to try again.
  private void count(Replica from, String address) {
    var at = dials.computeIfAbsent(from.name() + address, _ -> new ArrayDeque<>());
    at.add(world.clock.nanos());
    while (at.getFirst() < world.clock.nanos() - DIALS_NANOS) {
      at.removeFirst();
    }
    world.checks.that(
        at.size() <= DIALS_MAX,
        Promise.P13,
        () -> from.name() + " dials " + address + " without end");
  }

  private final class Dial {
    private final Replica from;
    private final String address;
    private final Dialer.Answer answer;
    private boolean isCancelled;

    Dial(Replica from, String address, Dialer.Answer answer) {
      this.from = from;
      this.address = address;
      this.answer = answer;
    }

    private void arrive() {
      if (!from.exists()) {
        return;
      }
      var to = listening.get(address);
      if (silent.contains(address) || (to != null && to.isFrozen())) {
        if (!isCancelled) {
          world.clock.after(world.millis(100, 2_000), this::arrive);
        }
        return;
      }
      if (to == null || !to.isRunning() || refusing.contains(address)) {
        from.run(() -> answer.failed(new ConnectException("refused")));
        return;
      }
      var wire = new Connection(from, to);
      wires.add(wire);
      to.run(() -> wire.accepting.hears(to.links.accept(wire.accepting)));
      // Even if it was cancelled meanwhile: the two may cross.
      world.clock.after(
          world.wayNanos(), () -> from.run(() -> wire.dialing.hears(answer.opened(wire.dialing))));
    }
  }

  /// One connection.
  final class Connection {
    final End dialing;
    final End accepting;
    private boolean isStalled;
    private boolean isLying;
    private int answers;

    Connection(Replica from, Replica to) {
      dialing = new End(this, from);
      accepting = new End(this, to);
    }

    void cut() {
      dialing.close();
      accepting.close();
    }

    /// Some bytes of the next message come, and then the end.
    void cutInMidMessage() {
      dialing.hearPiece();
      accepting.hearPiece();
      cut();
    }

    void stall(boolean isOn) {
      isStalled = isOn;
      dialing.pump();
      accepting.pump();
    }

    /// Whatever is sent is lost, and neither end is told.
    void lie() {
      isLying = true;
    }
  }

  /// One end of a connection.
  final class End implements Link {
    private final Connection wire;
    private final Replica owner;
    private final Deque<ByteBuffer> coming = new ArrayDeque<>();
    private Link.@Nullable Listener listener;
    private int bytesMax;
    private boolean isUnanswered;
    private boolean isOver;
    private boolean isTold;
    private long lastArrival;

    End(Connection wire, Replica owner) {
      this.wire = wire;
      this.owner = owner;
    }

    private End other() {
      return this == wire.dialing ? wire.accepting : wire.dialing;
    }

    private void hears(Link.Listener hears) {
      listener = hears;
      if (isOver) {
        tellEnd();
      } else {
        pump();
      }
    }

    @Override
    public void send(ByteBuffer message) {
      if (isOver) {
        return;
      }
      isUnanswered = true;
      var copy = ByteBuffer.allocate(message.remaining()).put(message).flip();
      var target = other();
      target.lastArrival = Math.max(target.lastArrival + 1, world.clock.nanos() + world.wayNanos());
      world.clock.after(target.lastArrival - world.clock.nanos(), () -> target.arrive(copy));
    }

    private void arrive(ByteBuffer message) {
      if (isOver || wire.isLying) {
        other().taken(); // By a buffer of the kernel, which is all that is known.
        return;
      }
      if (this == wire.dialing
          && wire.answers++ > 0
          && shaky.contains(wire.accepting.owner.address)) {
        wire.cut(); // The first answer was the greeting.
        return;
      }
      coming.add(message);
      pump();
    }

    @Override
    public void readOn(int most) {
      bytesMax = most;
      world.clock.after(0, this::pump);
    }

    private void pump() {
      if (isOver || wire.isStalled || bytesMax == 0 || coming.isEmpty() || listener == null) {
        return;
      }
      var hears = listener;
      var message = coming.remove();
      bytesMax = 0;
      other().taken();
      world.trace.event(
          "link",
          owner.number,
          () ->
              owner.name() + " gets " + message.remaining() + " bytes of " + other().owner.name());
      owner.run(() -> {
        hears.heard();
        hears.received(message);
      });
    }

    private void hearPiece() {
      var hears = listener;
      if (!isOver && hears != null && !coming.isEmpty()) {
        owner.run(hears::heard);
      }
    }

    private void taken() {
      var hears = listener;
      if (isUnanswered && !isOver && hears != null) {
        isUnanswered = false;
        owner.run(hears::written);
      }
    }

    @Override
    public void close() {
      if (!isOver) {
        isOver = true;
        coming.clear();
        world.clock.after(0, this::tellEnd);
        world.clock.after(world.wayNanos(), other()::closeUnlessLying);
      }
    }

    private void closeUnlessLying() {
      if (!wire.isLying) {
        close();
      }
    }

    private void tellEnd() {
      var hears = listener;
      if (!isTold && hears != null) {
        isTold = true;
        owner.run(hears::ended);
      }
    }
  }
}
