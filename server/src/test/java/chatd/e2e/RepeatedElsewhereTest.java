package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chatd.e2e.ApiClient.KeyedAnswer;
import chatd.fault.FaultProxy;
import chatd.fault.FaultProxy.Direction;
import chatd.server.postgres.embedded.TestPostgres;
import chatd.strict.StrictClient;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A request that is made ten times, over two processes, because its answer gets lost: it has one
/// effect, and everybody who is answered gets the same answer.
@Tag("slow")
@Timeout(90)
class RepeatedElsewhereTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final int TIMES = 10;

  private static Stage stage;
  private static FaultProxy network;
  private static Cluster cluster;

  enum What {
    CREATE,
    SEND,
    EDIT
  }

  /// @param effects how often it has had its effect
  private record Repeated(
      String method, String path, String body, String key, IntSupplier effects) {
    KeyedAnswer at(ApiClient user) {
      return user.keyed(method, path, body, key);
    }
  }

  @BeforeAll
  static void start() {
    stage = Stage.with(POSTGRES);
    network = new FaultProxy();
    cluster = Cluster.start(stage, 2, "--lease", "6s");
  }

  @AfterAll
  static void stop() {
    cluster.close();
    network.close();
    stage.close();
  }

  @BeforeEach
  void revive() {
    cluster.revive();
    network.deliver();
    network.accept();
    network.leadTo(cluster.get(0).port());
  }

  @ParameterizedTest
  @EnumSource
  void replicaKilledAfterItsCommit_anotherRepeatsTheAnswer(What what) {
    var request = request(what);
    var other = cluster.get(1).client();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      network.swallow(Direction.FROM_TARGET);
      var behindTheNetwork = new ApiClient(network.port(), other.token());
      var unheard =
          IntStream.range(0, TIMES / 2)
              .mapToObj(
                  _ -> CompletableFuture.runAsync(() -> request.at(behindTheNetwork), threads))
              .toList();
      await().atMost(Cluster.PATIENCE).until(() -> request.effects().getAsInt() > 0);
      cluster.get(0).kill();
      network.refuse();
      assertThat(unheard).allSatisfy(answer -> assertThat(answer).failsWithin(Cluster.PATIENCE));
    }
    var answers = atOnce(request, other);
    cluster.startAgain(0);
    answers.addAll(atOnce(request, cluster.get(0).client()));
    assertThat(answers).allSatisfy(answer -> assertThat(answer.isReplayed()).isTrue());
    mustBeOne(request, answers);
  }

  @ParameterizedTest
  @EnumSource
  void twoReplicasAtOnce_oneCarriesItOut_andTheOthersRepeatItsAnswer(What what) {
    var request = request(what);
    var answers = atOnce(request, cluster.get(0).client(), cluster.get(1).client());
    assertThat(answers).filteredOn(answer -> !answer.isReplayed()).hasSize(1);
    mustBeOne(request, answers);
  }

  private static void mustBeOne(Repeated request, List<KeyedAnswer> answers) {
    assertThat(answers).extracting(KeyedAnswer::body).containsOnly(answers.getFirst().body());
    assertThat(answers).extracting(KeyedAnswer::status).containsOnly(answers.getFirst().status());
    assertThat(answers.getFirst().status()).isIn(200, 201);
    assertThat(request.effects().getAsInt()).isOne();
  }

  /// Ten times, by these in turn.
  private static List<KeyedAnswer> atOnce(Repeated request, ApiClient... users) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers =
          IntStream.range(0, TIMES)
              .mapToObj(i ->
                  CompletableFuture.supplyAsync(() -> request.at(users[i % users.length]), threads))
              .toList();
      return new ArrayList<>(answers.stream().map(CompletableFuture::join).toList());
    }
  }

  private static Repeated request(What what) {
    var user = cluster.get(1).client();
    var key = UUID.randomUUID().toString();
    var content = "\"content\":[{\"type\":\"text\",\"text\":\"" + key + "\"}]";
    if (what == What.CREATE) {
      var body = "{" + content + ",\"labels\":{\"key\":\"" + key + "\"}}";
      var mine = "/api/v2/chats?label=key:" + key;
      return new Repeated("POST", "/", body, key, () -> user.get(mine).expect(200).size());
    }
    var chat = user.create("before");
    await().atMost(Cluster.PATIENCE).until(() -> user.status(chat), Predicate.isEqual("waiting"));
    var messages = "/" + chat + "/messages";
    var page = user.messages(chat).path("messages");
    var first = page.get(page.size() - 1).path("id").asLong();
    IntSupplier effects = () -> saidTimes(user, chat, key);
    return what == What.SEND
        ? new Repeated("POST", messages, "{" + content + "}", key, effects)
        : new Repeated("PATCH", messages + "/" + first, "{" + content + "}", key, effects);
  }

  private static int saidTimes(ApiClient user, String chat, String text) {
    var times = 0;
    for (var message : user.messages(chat).path("messages")) {
      times += StrictClient.line(message).equals("user: " + text) ? 1 : 0;
    }
    return times;
  }
}
