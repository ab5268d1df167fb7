package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chatd.server.model.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Replicas in processes of their own over the database of one stage.
final class Cluster implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Stage stage;
  private final List<ReplicaProcess> replicas;

  private Cluster(Stage stage, List<ReplicaProcess> replicas) {
    this.stage = stage;
    this.replicas = new CopyOnWriteArrayList<>(replicas);
  }

  /// Starts one replica for each setup, all at once.
  static Cluster start(Stage stage, List<Replica.Setup> setups) {
    return start(stage, setups, ReplicaProcess::start);
  }

  /// Likewise, in this way.
  static Cluster start(
      Stage stage, List<Replica.Setup> setups, Function<Replica.Setup, ReplicaProcess> way) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var starting =
          setups.stream()
              .map(s -> CompletableFuture.supplyAsync(() -> way.apply(s), threads))
              .toList();
      return new Cluster(stage, starting.stream().map(CompletableFuture::join).toList());
    }
  }

  /// So many that differ in their addresses alone.
  static Cluster start(Stage stage, int count, String... options) {
    return start(stage, Stream.generate(() -> stage.setup(options)).limit(count).toList());
  }

  ReplicaProcess get(int number) {
    return replicas.get(number);
  }

  int indexOf(ReplicaProcess replica) {
    return replicas.indexOf(replica);
  }

  /// Those that live.
  List<ReplicaProcess> living() {
    return replicas.stream().filter(ReplicaProcess::isAlive).toList();
  }

  /// Those that live, without these.
  List<ReplicaProcess> othersThan(ReplicaProcess... excluded) {
    var others = new ArrayList<>(living());
    others.removeAll(List.of(excluded));
    return others;
  }

  /// Starts those again that have ended, each at its address.
  void revive() {
    for (var i = 0; i < replicas.size(); i++) {
      if (!replicas.get(i).isAlive()) {
        startAgain(i);
      }
    }
  }

  /// Starts one again that has ended.
  void startAgain(int number) {
    replicas.set(number, replicas.get(number).startAgain());
  }

  /// Starts another one in the place of one that has ended, at its address.
  void replaceBy(int number, Replica.Setup setup) {
    replicas.set(number, ReplicaProcess.start(setup.onPort(replicas.get(number).port())));
  }

  /// The only one that runs a turn. Waits until there is one.
  ReplicaProcess worker() {
    return await().atMost(PATIENCE).until(this::onlyWorker, Optional::isPresent).orElseThrow();
  }

  private Optional<ReplicaProcess> onlyWorker() {
    var busy = rows().stream().filter(row -> row.path("running_turns").asInt() > 0).toList();
    return busy.size() == 1 ? withId(busy.getFirst().path("id").asString()) : Optional.empty();
  }

  private Optional<ReplicaProcess> withId(String id) {
    return living().stream().filter(r -> r.client().replicaId().equals(id)).findAny();
  }

  /// A new chat that this replica runs, and whose first question is answered so.
  String createOn(ReplicaProcess replica, String question, Script... answers) {
    while (true) {
      stage.answer(question, answers);
      var chat = replica.client().create(question);
      if (worker() == replica) {
        return chat;
      }
      var _ = replica.client().interruptAndWait(chat); // Another one was quicker.
      stage.forget(question);
    }
  }

  /// How many turns this replica runs.
  int turns(ReplicaProcess replica) {
    var id = replica.client().replicaId();
    return rows().stream()
        .filter(row -> row.path("id").asString().equals(id))
        .mapToInt(row -> row.path("running_turns").asInt())
        .sum();
  }

  /// What is said of all replicas there have been.
  List<JsonNode> rows() {
    var rows = new ArrayList<JsonNode>();
    living().getFirst().client().get("/api/v2/replicas").expect(200).forEach(rows::add);
    return rows;
  }

  /// `alive`, `draining` or `dead`.
  String state(String replicaId) {
    return rows().stream()
        .filter(row -> row.path("id").asString().equals(replicaId))
        .map(row -> row.path("state").asString())
        .findAny()
        .orElse("unknown");
  }

  void awaitState(String replicaId, String state) {
    await().atMost(PATIENCE).until(() -> state(replicaId), Predicate.isEqual(state));
  }

  /// The ids under which the processes answer now.
  List<String> ids() {
    return living().stream().map(replica -> replica.client().replicaId()).toList();
  }

  /// Waits until all that live have everything they need.
  void awaitReady() {
    await()
        .atMost(PATIENCE)
        .until(() -> living().stream().allMatch(r -> r.client().get("/readyz").status() == 200));
  }

  /// Nobody was declared dead: every process still has its id, and is alive under it.
  void mustAllLive(List<String> ids) {
    assertThat(ids()).isEqualTo(ids);
    assertThat(ids).allSatisfy(id -> assertThat(state(id)).isEqualTo("alive"));
  }

  /// Ends all at once, whatever they are doing.
  @Override
  public void close() {
    replicas.forEach(ReplicaProcess::kill);
  }
}
