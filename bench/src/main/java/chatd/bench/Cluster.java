package chatd.bench;

import chatd.bench.client.ChatdClient;
import chatd.bench.client.Handshake;
import chatd.bench.client.Recording;
import chatd.bench.client.SocketSwarm;
import chatd.bench.process.RunningProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Replicas over one database, and viewers on them.
final class Cluster implements AutoCloseable {
  private static final int TRIES = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Ground ground;
  private final SocketSwarm swarm = SocketSwarm.start();
  private final List<Replica> replicas = new ArrayList<>();

  /// One replica that runs.
  record Replica(RunningProcess process, ChatdClient client, String id) {}

  /// A chat and a viewer of it.
  record Watched(String chat, Recording viewer) {}

  Cluster(Ground ground) throws IOException {
    this.ground = ground;
  }

  /// As many replicas as this, with no settings of their own.
  static Cluster of(Ground ground, int count, String databaseUrl) throws Exception {
    var cluster = new Cluster(ground);
    try {
      for (var i = 0; i < count; i++) {
        cluster.add(databaseUrl);
      }
    } catch (Exception e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /// Starts one more.
  Replica add(String databaseUrl, String... flags) throws IOException, InterruptedException {
    var all = new ArrayList<>(List.of("--database-url", databaseUrl));
    Collections.addAll(all, flags);
    var process = ground.serve(ground.newFolder(), "", all.toArray(String[]::new));
    var client = new ChatdClient(process.port(), Ground.TOKEN);
    var replica = new Replica(process, client, client.replica());
    replicas.add(replica);
    return replica;
  }

  List<Replica> replicas() {
    return List.copyOf(replicas);
  }

  Replica replica(int number) {
    return replicas.get(number % replicas.size());
  }

  /// The one with this id.
  Replica replica(String id) {
    return replicas.stream().filter(each -> each.id.equals(id)).findFirst().orElseThrow();
  }

  /// It has ended.
  void forget(Replica replica) {
    replicas.remove(replica);
    replica.client.close();
  }

  /// The ids of their processes.
  Map<String, long[]> processes() {
    var processes = new TreeMap<String, long[]>();
    var pids = replicas.stream().mapToLong(replica -> replica.process.pid()).toArray();
    for (var i = 0; i < pids.length; i++) {
      processes.put("chatd " + (i + 1), new long[] {pids[i]});
    }
    processes.put("PostgreSQL", ground.databaseProcesses());
    return processes;
  }

  /// A new chat whose first turn runs on this replica, and a viewer of it on another one. Now and
  /// then the other one is quicker; then it is tried with another chat.
  Watched begin(Replica worker, Replica watching, String task) throws Exception {
    for (var i = 0; i < TRIES; i++) {
      var chat = worker.client.create(task);
      var viewer = watch(watching, chat);
      Wait.until("the first part", PATIENCE, () -> StreamFacts.hasParts(viewer.since(0)));
      if (StreamFacts.worker(viewer.since(0)).orElseThrow().equals(worker.id)) {
        return new Watched(chat, viewer);
      }
      worker.client.interrupt(chat);
    }
    throw new IllegalStateException("every turn runs at another replica");
  }

  /// Begins to watch a chat on this replica.
  Recording watch(Replica replica, String chat) throws IOException {
    var viewer = new Recording();
    var path = ChatdClient.streamPath(chat);
    swarm.open(new Handshake(replica.process.port(), path, Ground.TOKEN, 0), viewer);
    return viewer;
  }

  @Override
  public void close() throws IOException {
    swarm.close();
    for (var replica : replicas) {
      replica.process.terminate();
    }
    for (var replica : replicas) {
      replica.client.close();
      replica.process.awaitEnd();
    }
  }
}
