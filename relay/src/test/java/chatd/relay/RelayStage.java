package chatd.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;

import chatd.core.chat.ReplicaId;
import chatd.core.message.ChatId;
import chatd.core.message.Role;
import chatd.core.part.EncodedPart;
import chatd.core.relay.RelayTimes;
import chatd.engine.fake.ManualTime;
import chatd.engine.fake.OneThread;
import chatd.engine.parts.PartLogs;
import chatd.engine.parts.PartWriter;
import chatd.engine.port.FailedAttempt;
import chatd.engine.port.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;

/// Replicas with real loops on one thread, and a network between them that the test moves.
final class RelayStage {
  static final ClusterSecret SECRET = new ClusterSecret("of the cluster");

  final ManualTime time = new ManualTime();
  final FakeNetwork network = new FakeNetwork();
  final OneThread thread;
  final List<String> troubles = new ArrayList<>();
  final Map<Telemetry.Happening, Integer> counted = new EnumMap<>(Telemetry.Happening.class);

  /// Whether a loop may report a bug, because the test has put one there.
  boolean mayBreak;

  private final SplittableRandom random;
  private final Map<ReplicaId, String> addresses = new HashMap<>();

  RelayStage(long seed) {
    thread = new OneThread(seed);
    random = new SplittableRandom(seed);
  }

  /// One replica: both ends.
  final class Replica {
    final ReplicaId id;
    final String name;
    final PartLogs logs = new PartLogs(time, new PartLogs.Limits(Duration.ofSeconds(15), 1 << 30));
    final List<Set<ChatId>> asked = new ArrayList<>();
    final Relay relay;
    final LinkServer server;

    Replica(int number, ClusterSecret secret) {
      id = new ReplicaId(new UUID(1, number));
      name = "replica-" + number;
      var world =
          new RelayWorld(
              new RelayWorld.Self(() -> id, secret),
              new RelayWorld.Surroundings(
                  time, thread.group().threads(), random.split(), new Notes()),
              RelayTimes.DEFAULT);
      relay = new Relay(world, network.dialerOf(name), asked::add);
      server = new LinkServer(world, logs, LinkServer.Limits.DEFAULT);
      network.listen(name, server);
    }
  }

  Replica replica(int number) {
    return replica(number, SECRET);
  }

  Replica replica(int number, ClusterSecret secret) {
    var replica = new Replica(number, secret);
    addresses.put(replica.id, replica.name);
    return replica;
  }

  /// Every replica that was made lives, and this one hears of it.
  void introduce(Replica replica) {
    var others = new HashMap<>(addresses);
    others.remove(replica.id);
    replica.relay.peers(others);
  }

  /// A replica dies, or is found under another address.
  void forget(Replica replica) {
    addresses.remove(replica.id);
  }

  /// Lets everything happen that needs no time.
  void settle() {
    for (var rounds = 0; rounds < 100_000; rounds++) {
      thread.settle();
      if (!network.move()) {
        return;
      }
    }
    throw new AssertionError("the network never comes to rest");
  }

  void pass(Duration length) {
    var step = Duration.ofMillis(50);
    for (var left = length; left.isPositive(); left = left.minus(step)) {
      time.advance(left.compareTo(step) < 0 ? left : step);
      settle();
    }
  }

  static void append(PartWriter writer, String text) {
    writer.append(
        new EncodedPart(
            Role.ASSISTANT,
            "{\"text\":\"".getBytes(US_ASCII),
            text.getBytes(US_ASCII),
            "\"}".getBytes(US_ASCII)));
  }

  static ChatId chat(int number) {
    return new ChatId(new UUID(2, number));
  }

  private final class Notes implements Telemetry {
    @Override
    public void trouble(String what, Throwable cause) {
      troubles.add(what + ": " + cause.getMessage());
    }

    @Override
    public void broken(String about, Throwable cause) {
      if (!mayBreak) {
        throw new AssertionError(about, cause);
      }
    }

    @Override
    public void turnStarted(ChatId chat) {}

    @Override
    public void turnEnded(ChatId chat) {}

    @Override
    public void attemptFailed(ChatId chat, FailedAttempt attempt) {}

    @Override
    public void firstPart(Duration waited) {}

    @Override
    public void happened(Happening what, int times) {
      counted.merge(what, times, Integer::sum);
    }
  }
}
