package chatd.server.demo;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ReplicaId;
import chatd.engine.port.ReplicaDirectory.Replica;
import chatd.server.demo.Actor.Life;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SceneTest {
  private final List<Action> actions = new ArrayList<>();
  private Scene scene = Scene.empty(3);
  private Duration now = Duration.ZERO;

  private void hear(Event... events) {
    for (var event : events) {
      now = now.plusMillis(100);
      var step = scene.on(now, event);
      scene = step.next();
      actions.addAll(step.actions());
    }
  }

  private void press(String keys) {
    keys.chars().forEach(key -> hear(new Event.Pressed((char) key)));
  }

  private List<String> story() {
    return scene.story().newest().stream().map(Story.Entry::sentence).toList();
  }

  private static String address(int actor) {
    return "http://127.0.0.1:1000" + actor;
  }

  /// The id of a replica, a new one for each start.
  private static UUID id(int actor, int start) {
    return new UUID(actor, start);
  }

  private static Replica listed(int actor, int start, Replica.State state) {
    return new Replica(
        new ReplicaId(id(actor, start)),
        address(actor),
        "1",
        Instant.EPOCH.plusSeconds(start),
        Duration.ZERO,
        0,
        state);
  }

  private static Sight running(int actor, int start, long snapshot) {
    return new Sight(snapshot, "running", id(actor, start).toString(), 1, 0, "");
  }

  private void startAll() {
    hear(new Event.Begun());
    hear(new Event.Started(0, 100), new Event.Started(1, 101), new Event.Started(2, 102));
    for (var i = 0; i < 3; i++) {
      hear(new Event.Ready(i, 100 + i, address(i)));
    }
  }

  /// All replicas are there, and the first runs the chat.
  private void begin() {
    startAll();
    hear(
        new Event.Listed(
            List.of(
                listed(0, 0, Replica.State.ALIVE),
                listed(1, 0, Replica.State.ALIVE),
                listed(2, 0, Replica.State.ALIVE))),
        new Event.Opened("c"),
        new Event.Connected(0, true),
        new Event.Connected(1, true),
        new Event.Saw(0, running(0, 0, 2)),
        new Event.Saw(1, running(0, 0, 2)));
  }

  @Test
  void beginning_startsReplicas_makesTheChatAndWatchesItEverywhere() {
    begin();

    assertThat(actions)
        .containsExactly(
            new Action.Start(0),
            new Action.Start(1),
            new Action.Start(2),
            new Action.Open(address(0)),
            new Action.Watch(0, address(0), "c"),
            new Action.Watch(1, address(1), "c"),
            new Action.Watch(2, address(2), "c"));
    assertThat(story()).endsWith("replica 1 runs the chat");
  }

  @Test
  void replicaThatDoesNotStart_isDoneWithout_andWatchedWhenItComes() {
    hear(new Event.Begun());
    hear(new Event.Started(0, 100), new Event.Started(1, 101), new Event.Started(2, 102));
    hear(new Event.Ready(1, 101, address(1)), new Event.Ready(2, 102, address(2)));
    assertThat(actions).doesNotContain(new Action.Open(address(1)));
    hear(new Event.Gone(0, 100));
    assertThat(actions).endsWith(new Action.Open(address(1)));

    hear(new Event.Opened("c"));
    actions.clear();
    press("1s");
    hear(new Event.Started(0, 103), new Event.Ready(0, 103, address(0)));

    assertThat(actions).containsExactly(new Action.Start(0), new Action.Watch(0, address(0), "c"));
  }

  @Test
  void kill_hitsTheReplicaThatRunsTheChat_unlessAnotherWasChosen() {
    begin();
    actions.clear();
    hear(new Event.Saw(1, running(2, 0, 3)));
    press("k1k");

    assertThat(actions).containsExactly(new Action.Kill(2), new Action.Kill(0));
  }

  @Test
  void takeover_isToldOnce_whateverTheOthersStillShow() {
    begin();
    press("k");
    hear(new Event.Gone(0, 100), new Event.Connected(0, false));
    hear(new Event.Saw(1, running(1, 0, 5)), new Event.Saw(2, running(0, 0, 2)));
    hear(new Event.Saw(2, running(1, 0, 5)));

    assertThat(story())
        .endsWith(
            "you kill -9 replica 1", "replica 2 runs the chat now and begins the answer again");
    assertThat(scene.actors().getFirst().life()).isEqualTo(Life.GONE);
  }

  @Test
  void worker_isKnownWhenItIsListed() {
    begin();
    hear(new Event.Saw(0, running(1, 7, 9)));
    assertThat(scene.runner()).hasValue(0);

    hear(new Event.Listed(List.of(listed(1, 7, Replica.State.ALIVE))));
    assertThat(scene.runner()).hasValue(1);
  }

  @Test
  void endOfTheAnswer_isTold() {
    begin();
    hear(new Event.Saw(2, new Sight(8, "waiting", "", 1, 5, "x")));
    assertThat(story()).endsWith("the answer is complete");

    hear(new Event.Saw(2, new Sight(9, "running", id(0, 0).toString(), 0, 0, "")));
    hear(new Event.Saw(2, new Sight(10, "error", "", 0, 0, "")));
    assertThat(story()).endsWith("replica 1 runs the chat", "the turn failed");
  }

  @Test
  void freezeKey_freezesAndThaws() {
    begin();
    actions.clear();
    press("2ff");

    assertThat(actions).containsExactly(new Action.Freeze(1), new Action.Thaw(1));
    assertThat(scene.actors().get(1).life()).isEqualTo(Life.ALIVE);
  }

  @Test
  void declaredDeath_isTold() {
    begin();
    press("1f");
    hear(new Event.Listed(List.of(listed(0, 0, Replica.State.DEAD))));
    hear(new Event.Listed(List.of(listed(0, 0, Replica.State.DEAD))));

    assertThat(story())
        .endsWith("you freeze replica 1", "replica 1 is declared dead by the others");
  }

  @Test
  void keysWithoutAnEffect_sayWhy() {
    begin();
    actions.clear();
    press("1s");
    hear(new Event.Gone(0, 100));
    press("kfx ,");
    press("2fs");

    assertThat(actions).containsExactly(new Action.Freeze(1));
    assertThat(story())
        .endsWith(
            "replica 1 runs already",
            "replica 1 has ended",
            "replica 1 is gone already",
            "replica 1 is gone; s starts it",
            "you freeze replica 2",
            "replica 2 is frozen; f thaws it");
  }

  @Test
  void key_pressedBeforeAKilledReplicaHasEnded_knowsThatItIsGone() {
    begin();
    actions.clear();
    press("1kkm");
    hear(new Event.Gone(0, 100));

    assertThat(actions).containsExactly(new Action.Kill(0), new Action.Send(address(1), "c"));
    assertThat(story())
        .endsWith("replica 1 is gone already", "you send another message through replica 2");
  }

  @Test
  void message_goesThroughAReplicaThatAnswers() {
    begin();
    actions.clear();
    press("1fm");
    assertThat(actions).endsWith(new Action.Send(address(1), "c"));

    press("2f3fm");
    assertThat(story()).endsWith("there is no replica to send a message to");
  }

  @Test
  void chatThatCannotBeMade_isAskedForAgainByTheKey() {
    startAll();
    actions.clear();
    press("m");
    hear(new Event.Failed("the chat could not be made"));
    press("mm");

    assertThat(actions).containsExactly(new Action.Open(address(0)));
    assertThat(story())
        .endsWith("the chat is being made", "the chat could not be made", "the chat is being made");
  }

  @Test
  void endOfAnEarlierStart_isIgnored() {
    begin();
    hear(new Event.Started(0, 200), new Event.Gone(0, 100), new Event.Ready(0, 100, "http://x"));

    assertThat(scene.actors().getFirst().life()).isEqualTo(Life.STARTING);
    assertThat(scene.actors().getFirst().address()).isEqualTo(address(0));
  }

  @Test
  void viewerThatComesBack_isTold() {
    begin();
    hear(new Event.Connected(0, false), new Event.Connected(0, true));

    assertThat(story()).endsWith("the viewer at replica 1 is back and goes on from its cursor");
    assertThat(scene.actors().getFirst().viewer().sight()).isEqualTo(running(0, 0, 2));
  }

  @Test
  void demo_endsByKeyByCtrlCAndByTheEndOfItsInput() {
    hear(new Event.Pressed('q'), new Event.Pressed('\u0003'), new Event.Ended());

    assertThat(actions).containsExactly(new Action.Quit(), new Action.Quit(), new Action.Quit());
  }
}
