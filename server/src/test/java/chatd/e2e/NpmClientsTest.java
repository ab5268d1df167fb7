package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.NodeViewer.Client;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Clients that were written by others and that everybody has: `ws` and `eventsource` from npm,
/// unchanged, against three replicas behind a balancer. Whatever they receive goes through a strict
/// reader, and at the end they show what is stored.
@Tag("slow")
@Timeout(150)
class NpmClientsTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final String STABLE = "/api/v2/chats";
  private static final String EXPERIMENTAL = "/api/experimental/chats";

  private static Stage stage;
  private static Cluster cluster;
  private static NodeClients clients;

  private final List<NodeViewer> viewers = new ArrayList<>();
  private final List<Balancer> balancers = new ArrayList<>();

  @BeforeAll
  static void start() {
    clients = new NodeClients().install();
    stage = Stage.with(POSTGRES);
    cluster = Cluster.start(stage, 3, "--lease", "6s", "--drain-timeout", "60s");
  }

  @BeforeEach
  void revive() {
    cluster.revive();
  }

  @AfterEach
  void closeClients() {
    viewers.forEach(NodeViewer::end);
    balancers.forEach(Balancer::close);
    all(NodeViewer::mustHaveSeenNothingWrong);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
      stage.close();
    }
  }

  private NodeViewer open(Client client) {
    var viewer = NodeViewer.start(clients, client);
    viewers.add(viewer);
    return viewer;
  }

  /// The port of a new balancer before all replicas.
  private int balanced() {
    var ports = IntStream.range(0, 3).mapToObj(i -> cluster.get(i).port()).toList();
    balancers.add(new Balancer(ports));
    return balancers.getLast().port();
  }

  /// Both clients, with both mounts, framings and memories, each behind a balancer of its own.
  private void openAudience(String chat) {
    var _ = open(Client.ws(balanced(), stream(STABLE, chat)).comingBack());
    var _ =
        open(
            Client.ws(balanced(), stream(EXPERIMENTAL, chat))
                .withTokenInQuery()
                .inEnvelopes()
                .keepingLargestId()
                .comingBack());
    var _ = open(Client.eventSource(balanced(), stream(STABLE, chat)));
    var _ = open(Client.eventSource(balanced(), stream(EXPERIMENTAL, chat)));
  }

  private void all(Consumer<NodeViewer> what) {
    viewers.forEach(what);
  }

  private static String stream(String mount, String chat) {
    return mount + "/" + chat + "/stream";
  }

  private static ApiClient user() {
    return cluster.living().getFirst().client();
  }

  @Test
  void strictReader_refusesWhatIsForbidden() {
    clients.test();
  }

  @Test
  void ws_howeverItConnects_followsATurnOfAnotherReplica() {
    var gate = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    stage.answer(
        "ways",
        Script.begin()
            .reasoning("Let me", " think.")
            .text("Once")
            .pause(gate)
            .text(" upon", " a time")
            .pause(end)
            .finish("stop")
            .usage(10, 5)
            .done());
    var watching =
        List.of(
            open(Client.ws(balanced(), STABLE + "/watch")),
            open(Client.ws(balanced(), EXPERIMENTAL + "/watch").inEnvelopes()));
    all(NodeViewer::awaitOpen);

    var chat = user().create("ways");
    var edge = cluster.othersThan(cluster.worker()).getFirst();
    var following =
        Stream.of(STABLE, EXPERIMENTAL)
            .map(mount -> Client.ws(edge.port(), stream(mount, chat)))
            .flatMap(c -> Stream.of(c, c.withTokenInQuery(), c.inEnvelopes(), c.keepingLargestId()))
            .map(this::open)
            .toList();
    following.forEach(viewer -> viewer.awaitText("Once"));
    gate.countDown();
    following.forEach(viewer -> viewer.awaitText("Once upon a time"));
    end.countDown();
    for (var viewer : following) {
      viewer.awaitHistory("user: ways", "assistant: Once upon a time");
      viewer.mustHaveShownAll("Once upon a time");
      viewer.mustShowWhatIsStored(user(), chat);
      assertThat(viewer.texts("replicas")).containsExactly(edge.client().replicaId());
      assertThat(viewer.get("extensions").asString()).as("permessage-deflate").isEmpty();
      viewer.tell("ping").await("a pong", k -> k.path("pongs").asInt() == 1);
    }
    for (var watcher : watching) {
      for (var change :
          List.of("created %s running", "title_change %s", "status_change %s waiting")) {
        watcher.awaitChange(change.formatted(chat));
      }
    }
  }

  @Test
  void ws_isClosed_asTheInterfaceSays() {
    var chat = user().create("closed");
    var edge = cluster.get(2);
    var client = Client.ws(edge.port(), stream(STABLE, chat));

    var talking = open(client).awaitStatus("waiting").tell("say");
    assertThat(talking.awaitEnd(1))
        .isEqualTo(new StreamSocket.End(1008, "Clients cannot send messages on this socket."));
    assertThat(open(client).awaitStatus("waiting").tell("close").awaitEnd(1))
        .isEqualTo(new StreamSocket.End(1000, ""));

    open(client.withToken("another")).awaitRefusal(401);
    open(Client.ws(edge.port(), stream(STABLE, edge.client().replicaId()))).awaitRefusal(404);

    var watching = open(Client.ws(edge.port(), STABLE + "/watch"));
    watching.awaitOpen();
    var orphan = open(client).awaitStatus("waiting");
    user().deleteChat(chat).expect(204);
    assertThat(orphan.awaitEnd(1)).isEqualTo(new StreamSocket.End(1008, "gone"));
    assertThat(orphan.get("error").asString()).isEqualTo("gone");
    watching.awaitChange("deleted " + chat);

    var other = user().create("closed, too");
    var near = open(Client.ws(edge.port(), stream(STABLE, other))).awaitStatus("waiting");
    edge.terminate();
    assertThat(near.awaitEnd(1)).isEqualTo(new StreamSocket.End(1001, "draining"));
    assertThat(watching.awaitEnd(1)).isEqualTo(new StreamSocket.End(1001, "draining"));
    edge.awaitEnd();

    var last = open(Client.ws(cluster.get(1).port(), stream(STABLE, other))).awaitStatus("waiting");
    cluster.get(1).kill();
    assertThat(last.awaitEnd(1).code()).as("a killed server says nothing").isEqualTo(1006);
  }

  @Test
  void ws_cutInMidAnswer_comesBackToAnotherReplica() {
    var gates = Stream.generate(() -> new CountDownLatch(1)).limit(4).toList();
    var script = Script.begin().text("0");
    for (var i = 0; i < gates.size(); i++) {
      script = script.pause(gates.get(i)).text(" " + (i + 1));
    }
    var end = new CountDownLatch(1);
    stage.answer("cut", script.pause(end).finish("stop").done());
    var chat = user().create("cut");
    var keeping = open(Client.ws(balanced(), stream(STABLE, chat)).comingBack());
    var _ =
        open(
            Client.ws(balanced(), stream(EXPERIMENTAL, chat))
                .inEnvelopes()
                .keepingLargestId()
                .comingBack());

    all(viewer -> viewer.awaitText("0"));
    var resets = keeping.count("counts", "preview_reset");
    var text = new StringBuilder("0");
    for (var i = 0; i < gates.size(); i++) {
      balancers.forEach(Balancer::cut);
      gates.get(i).countDown();
      text.append(" ").append(i + 1);
      all(viewer -> viewer.awaitText(text.toString()));
    }
    assertThat(keeping.count("counts", "preview_reset")).isEqualTo(resets);
    end.countDown();
    for (var viewer : viewers) {
      viewer.awaitHistory("user: cut", "assistant: " + text);
      viewer.mustHaveShownAll(text.toString());
      viewer.mustShowWhatIsStored(user(), chat);
      mustHaveMovedOn(viewer, gates.size() + 1);
      assertThat(viewer.count("counts", "message")).as("each message once").isEqualTo(2);
    }
  }

  @Test
  void eventSource_cutAgainAndAgain_resumesOnAnotherReplicaEachTime() {
    var gates = Stream.generate(() -> new CountDownLatch(1)).limit(12).toList();
    var words = IntStream.range(0, 20).mapToObj(i -> i + " äöü€😀 ").toArray(String[]::new);
    var script = Script.begin();
    for (var gate : gates) {
      script = script.pause(gate).text(words);
    }
    var end = new CountDownLatch(1);
    stage.answer("resume", script.pause(end).finish("stop").done());
    var chat = user().create("resume");
    for (var mount : List.of(STABLE, EXPERIMENTAL)) {
      var _ = open(Client.eventSource(balanced(), stream(mount, chat)));
    }
    var lookingOn = open(Client.ws(cluster.get(0).port(), stream(STABLE, chat)));
    all(viewer -> viewer.awaitStatus("running"));

    var text = new StringBuilder();
    for (var i = 0; i < gates.size(); i++) {
      // Once in what comes first on a connection, wherever that is, and once when all has come.
      var bytes = 150 + 150 * i;
      balancers.forEach(balancer -> balancer.cutNextAfter(bytes));
      balancers.forEach(Balancer::cut);
      gates.get(i).countDown();
      text.append(String.join("", words));
      all(viewer -> viewer.awaitText(text.toString()));
    }
    end.countDown();
    for (var viewer : viewers) {
      viewer.awaitHistory("user: resume", "assistant: " + text.toString());
      viewer.mustHaveShownAll(text.toString());
      viewer.mustShowWhatIsStored(user(), chat);
      assertThat(viewer.get("counts").has("history_reset")).isFalse();
    }
    for (var resuming : viewers.subList(0, 2)) {
      mustHaveMovedOn(resuming, 20); // Some were cut before they said who they are.
    }
    balancers.forEach(b -> assertThat(b.cuts()).isEqualTo(2 * gates.size()));
    assertThat(lookingOn.count("connections")).isEqualTo(1);
    assertThat(lookingOn.count("pings")).as("pings in the meantime").isPositive();
  }

  /// It had so many connections or more, each to another replica than the one before.
  private static void mustHaveMovedOn(NodeViewer viewer, int connectionsMin) {
    var replicas = viewer.texts("replicas");
    assertThat(replicas).hasSizeGreaterThanOrEqualTo(connectionsMin);
    assertThat(new HashSet<>(replicas)).hasSize(3);
    for (var i = 1; i < replicas.size(); i++) {
      assertThat(replicas.get(i)).isNotEqualTo(replicas.get(i - 1));
    }
  }

  @Test
  void stop_inMidAnswer_keepsWhatWasShown() {
    stage.answer("stop", Script.begin().text("Once", " upon").hang());
    var chat = user().create("stop");
    openAudience(chat);
    all(viewer -> viewer.awaitText("Once upon"));
    user().interrupt(chat).expect(200);
    for (var viewer : viewers) {
      viewer.awaitHistory("user: stop", "assistant: Once upon");
      viewer.mustHaveShownAll("Once upon");
      viewer.mustShowWhatIsStored(user(), chat);
    }
  }

  @Test
  void edit_inMidAnswer_putsTheNewHistoryInThePlaceOfTheOld() {
    stage.answer("draft", Script.begin().text("Not", " this").hang());
    var chat = user().create("edit");
    openAudience(chat);
    all(viewer -> viewer.awaitHistory("user: edit", "assistant: edit"));
    var draft = user().send(chat, "draft").expect(200).path("message").path("id").asLong();
    all(viewer -> viewer.awaitText("Not this"));
    user().edit(chat, draft, "final").expect(200);
    for (var viewer : viewers) {
      viewer.awaitHistory("user: edit", "assistant: edit", "user: final", "assistant: final");
      viewer.mustShowWhatIsStored(user(), chat);
      assertThat(viewer.count("counts", "history_reset")).isEqualTo(1);
    }
  }

  @Test
  void messages_sentDuringAnAnswer_areQueuedAndThenAnswered() {
    var gate = new CountDownLatch(1);
    stage.answer("one", Script.begin().text("1").pause(gate).finish("stop").done());
    var chat = user().create("one");
    openAudience(chat);
    all(viewer -> viewer.awaitText("1"));
    for (var text : List.of("two", "three")) {
      assertThat(user().send(chat, text).expect(200).path("queued").asBoolean()).isTrue();
    }
    all(v ->
        v.await(
            "the queue", k -> NodeViewer.texts(k.path("queue")).equals(List.of("two", "three"))));
    gate.countDown();
    for (var viewer : viewers) {
      viewer.awaitHistory(
          "user: one",
          "assistant: 1",
          "user: two",
          "assistant: two",
          "user: three",
          "assistant: three");
      assertThat(viewer.texts("queue")).isEmpty();
      viewer.mustShowWhatIsStored(user(), chat);
    }
  }

  @Test
  void toolsOfTheClient_areCalledAndAnswered() {
    stage.answer(
        "pick",
        Script.begin()
            .text("Let me see.")
            .call(0, "c1", "pick", "{\"n\"")
            .arguments(0, ":1}")
            .finish("tool_calls")
            .done(),
        Script.answer("I see."));
    var chat = user().createWithTools("pick", "pick");
    openAudience(chat);
    all(viewer -> viewer.await("a call", k -> k.path("calls").size() == 1));
    var call = viewers.getFirst().get("calls").get(0);
    assertThat(call.path("tool_name").asString()).isEqualTo("pick");
    assertThat(call.path("args").asString()).isEqualTo("{\"n\":1}");
    assertThat(user().giveResults(chat, call.path("tool_call_id").asString()).status())
        .isEqualTo(204);
    for (var viewer : viewers) {
      viewer.awaitHistory("user: pick", "assistant: Let me see.", "tool: ", "assistant: I see.");
      assertThat(viewer.get("calls")).isEmpty();
      viewer.mustShowWhatIsStored(user(), chat);
    }
  }

  @Test
  void provider_thatFails_isTriedAgain_andAgainOnRequest() {
    stage.answer(
        "fail",
        Script.begin().text("Half").reset(),
        Script.status(400, "{\"error\":{\"message\":\"no\"}}"),
        Script.answer("Whole"));
    var chat = user().create("fail");
    openAudience(chat);
    all(viewer -> viewer.awaitStatus("error"));
    all(viewer -> viewer.await("an error", k -> k.has("error")));
    user().retry(chat).expect(200);
    for (var viewer : viewers) {
      viewer.awaitHistory("user: fail", "assistant: Whole");
      viewer.mustShowWhatIsStored(user(), chat);
    }
  }

  @Test
  void replica_thatDrains_refusesThoseWhoComeBack_andTheyGoElsewhere() {
    var gate = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    stage.answer(
        "drain", Script.begin().text("a").pause(gate).text("b").pause(end).finish("stop").done());
    var chat = user().create("drain");
    openAudience(chat);
    all(viewer -> viewer.awaitText("a"));
    var worker = cluster.worker();
    var id = worker.client().replicaId();
    worker.terminate();
    cluster.awaitState(id, "draining");
    for (var i = 0; i < viewers.size(); i++) {
      var viewer = viewers.get(i);
      while (viewer.texts("refusals").isEmpty()) {
        var before = viewer.count("connections");
        balancers.get(i).cut();
        viewer.await(
            "an answer",
            k -> k.path("connections").asInt() > before || !k.path("refusals").isEmpty());
      }
      viewer.awaitRefusal(503);
    }
    gate.countDown();
    all(viewer -> viewer.awaitText("ab"));
    end.countDown();
    for (var viewer : viewers) {
      viewer.awaitHistory("user: drain", "assistant: ab");
      viewer.mustHaveShownAll("ab");
      viewer.mustShowWhatIsStored(cluster.othersThan(worker).getFirst().client(), chat);
    }
    worker.awaitEnd();
  }

  @Test
  void worker_killedInMidAnswer_isFollowedByAnother() {
    var gate = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    stage.answer(
        "kill",
        Script.begin().text("Half").hang(),
        Script.begin().text("The").pause(gate).text(" whole").pause(end).finish("stop").done());
    var chat = user().create("kill");
    openAudience(chat);
    all(viewer -> viewer.awaitText("Half"));
    cluster.worker().kill();
    all(viewer -> viewer.awaitText("The"));
    gate.countDown();
    all(viewer -> viewer.awaitText("The whole"));
    end.countDown();
    for (var viewer : viewers) {
      viewer.awaitHistory("user: kill", "assistant: The whole");
      viewer.mustHaveShownAll("The whole");
      viewer.mustShowWhatIsStored(user(), chat);
      assertThat(viewer.get("counts").has("history_reset")).isFalse();
    }
  }
}
