package chatd.server.demo;

import chatd.core.Step;
import chatd.engine.port.ReplicaDirectory.Replica;
import chatd.server.demo.Actor.Life;
import chatd.server.demo.Actor.Viewer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What is known of the demo, and what follows from each thing that happens to it.
///
/// @param chat its id; null before it was asked for, empty until it was made
/// @param directory the replicas as one of them listed them last, those of earlier starts too
/// @param runner the replica that runs the turn, or ran it last; none between turns
record Scene(
    List<Actor> actors,
    Choice choice,
    @Nullable String chat,
    List<Replica> directory,
    OptionalInt runner,
    Story story) {
  private static final char CTRL_C = 3;
  private static final char CTRL_D = 4;
  private static final Set<String> IN_PROGRESS = Set.of("running", "interrupting");

  Scene {
    actors = List.copyOf(actors);
    directory = List.copyOf(directory);
  }

  /// The replica that keys are for.
  ///
  /// @param made whether a person chose it; before, it is the one that runs the chat
  record Choice(int actor, boolean made) {}

  static Scene empty(int actors) {
    return new Scene(
        Collections.nCopies(actors, Actor.UNSEEN),
        new Choice(0, false),
        null,
        List.of(),
        OptionalInt.empty(),
        Story.BEGINNING);
  }

  /// @param now on the clock of the demo
  Step<Scene, Action> on(Duration now, Event event) {
    return switch (event) {
      case Event.Begun _ ->
          new Step<>(
              this, IntStream.range(0, actors.size()).<Action>mapToObj(Action.Start::new).toList());
      case Event.Pressed(var key) -> pressed(now, key);
      case Event.Ended _ -> new Step<>(this, List.of(new Action.Quit()));
      case Event.Started(var i, var pid) -> Step.to(with(i, actors.get(i).started(pid, now)));
      case Event.Ready(var i, var pid, var address) -> ready(now, i, pid, address);
      case Event.Gone(var i, var pid) -> gone(now, i, pid);
      case Event.Opened(var id) -> opened(id);
      case Event.Failed(var why) -> failed(now, why);
      case Event.Connected(var i, var open) -> Step.to(connected(now, i, open));
      case Event.Saw(var i, var sight) ->
          Step.to(with(i, actors.get(i).with(new Viewer(true, sight))).retold(now));
      case Event.Listed(var replicas) -> Step.to(listed(now, replicas).retold(now));
    };
  }

  private Step<Scene, Action> pressed(Duration now, char key) {
    return switch (key) {
      case 'k' -> chosen().kill(now);
      case 'f' -> chosen().freezeOrThaw(now);
      case 's' -> chosen().start(now);
      case 'm' -> send(now);
      case 'q', CTRL_C, CTRL_D -> new Step<>(this, List.of(new Action.Quit()));
      default -> Step.to(key >= '1' && key < '1' + actors.size() ? choosing(key - '1') : this);
    };
  }

  private Scene chosen() {
    return choosing(choice.actor());
  }

  private Scene choosing(int actor) {
    return new Scene(actors, new Choice(actor, true), chat, directory, runner, story);
  }

  private Step<Scene, Action> kill(Duration now) {
    var i = choice.actor();
    var actor = actors.get(i);
    return actor.life() == Life.GONE
        ? Step.to(tell(now, name(i) + " is gone already"))
        : new Step<>(
            with(i, actor.becomes(Life.GONE, now)).tell(now, "you kill -9 " + name(i)),
            List.of(new Action.Kill(i)));
  }

  private Step<Scene, Action> freezeOrThaw(Duration now) {
    var i = choice.actor();
    var actor = actors.get(i);
    return switch (actor.life()) {
      case ALIVE ->
          new Step<>(
              with(i, actor.becomes(Life.FROZEN, now)).tell(now, "you freeze " + name(i)),
              List.of(new Action.Freeze(i)));
      case FROZEN ->
          new Step<>(
              with(i, actor.becomes(Life.ALIVE, now)).tell(now, "you thaw " + name(i)),
              List.of(new Action.Thaw(i)));
      case STARTING -> Step.to(tell(now, name(i) + " is still starting"));
      case GONE -> Step.to(tell(now, name(i) + " is gone; s starts it"));
    };
  }

  private Step<Scene, Action> start(Duration now) {
    var i = choice.actor();
    return switch (actors.get(i).life()) {
      case GONE -> new Step<>(tell(now, "you start " + name(i)), List.of(new Action.Start(i)));
      case FROZEN -> Step.to(tell(now, name(i) + " is frozen; f thaws it"));
      case STARTING, ALIVE -> Step.to(tell(now, name(i) + " runs already"));
    };
  }

  private Step<Scene, Action> send(Duration now) {
    var through = alive();
    if (through.isEmpty()) {
      return Step.to(tell(now, "there is no replica to send a message to"));
    }
    var way = through.get();
    if (chat == null) {
      return new Step<>(withChat(""), List.of(new Action.Open(way.address())));
    }
    if (chat.isEmpty()) {
      return Step.to(tell(now, "the chat is being made"));
    }
    return new Step<>(
        tell(now, "you send another message through " + name(way.actor())),
        List.of(new Action.Send(way.address(), chat)));
  }

  private Step<Scene, Action> ready(Duration now, int i, long pid, String address) {
    var actor = actors.get(i);
    if (actor.pid() != pid || actor.life() != Life.STARTING) {
      return Step.to(this);
    }
    var next = with(i, actor.ready(address, now)).tell(now, name(i) + " is ready at " + address);
    return actor.address() == null && chat != null
        ? new Step<>(next, next.watching(i).toList())
        : next.begin();
  }

  private Step<Scene, Action> gone(Duration now, int i, long pid) {
    var actor = actors.get(i);
    if (actor.pid() != pid) {
      return Step.to(this); // Of an earlier start.
    }
    var scene = with(i, actor.becomes(Life.GONE, now));
    return switch (actor.life()) {
      case STARTING -> scene.tell(now, name(i) + " did not start; its log says why").begin();
      case ALIVE, FROZEN -> Step.to(scene.tell(now, name(i) + " has ended"));
      case GONE -> begin(); // You killed it.
    };
  }

  /// Makes the chat when every replica has either started or failed to.
  private Step<Scene, Action> begin() {
    var through = alive();
    if (chat != null
        || through.isEmpty()
        || actors.stream().anyMatch(actor -> actor.life() == Life.STARTING)) {
      return Step.to(this);
    }
    return new Step<>(withChat(""), List.of(new Action.Open(through.get().address())));
  }

  private Step<Scene, Action> opened(String id) {
    var next = withChat(id);
    return new Step<>(
        next, IntStream.range(0, actors.size()).boxed().flatMap(next::watching).toList());
  }

  /// From when there is both a chat and an address.
  private Stream<Action> watching(int i) {
    var address = actors.get(i).address();
    return address == null || chat == null || chat.isEmpty()
        ? Stream.empty()
        : Stream.of(new Action.Watch(i, address, chat));
  }

  private Step<Scene, Action> failed(Duration now, String why) {
    var isChatMissing = chat == null || chat.isEmpty();
    return Step.to((isChatMissing ? withChat(null) : this).tell(now, why));
  }

  private Scene connected(Duration now, int i, boolean open) {
    var actor = actors.get(i);
    var viewer = actor.viewer();
    var scene = with(i, actor.with(new Viewer(open, viewer.sight())));
    var isBack = open && !viewer.connected() && !viewer.sight().equals(Sight.NOTHING);
    return isBack
        ? scene.tell(now, "the viewer at " + name(i) + " is back and goes on from its cursor")
        : scene;
  }

  private Scene listed(Duration now, List<Replica> replicas) {
    var scene = new Scene(actors, choice, chat, replicas, runner, story);
    for (var i = 0; i < actors.size(); i++) {
      if (!isDead(i) && scene.isDead(i)) {
        scene = scene.tell(now, name(i) + " is declared dead by the others");
      }
    }
    return scene;
  }

  private boolean isDead(int i) {
    return entry(i).filter(entry -> entry.state() == Replica.State.DEAD).isPresent();
  }

  /// Says who runs the chat, if that is news.
  private Scene retold(Duration now) {
    var sight = newest();
    if (runner.isPresent() && !IN_PROGRESS.contains(sight.status())) {
      var end = sight.status().equals("waiting") ? "the answer is complete" : "the turn failed";
      return running(OptionalInt.empty()).tell(now, end);
    }
    var worker = actor(sight.worker());
    if (worker.isEmpty() || worker.equals(runner)) {
      return this;
    }
    var who = name(worker.getAsInt());
    return running(worker)
        .tell(
            now,
            runner.isEmpty()
                ? who + " runs the chat"
                : who + " runs the chat now and begins the answer again");
  }

  private Scene running(OptionalInt worker) {
    var follows = !choice.made() && worker.isPresent();
    var next = follows ? new Choice(worker.getAsInt(), false) : choice;
    return new Scene(actors, next, chat, directory, worker, story);
  }

  /// What the viewer knows that was told of the newest state of the chat.
  Sight newest() {
    return actors.stream()
        .map(actor -> actor.viewer().sight())
        .max(Comparator.comparingLong(Sight::snapshot))
        .orElse(Sight.NOTHING);
  }

  /// What the others know of the last start of this replica.
  Optional<Replica> entry(int actor) {
    var address = actors.get(actor).address();
    return directory.stream()
        .filter(replica -> replica.address().equals(address))
        .max(Comparator.comparing(Replica::startedAt));
  }

  private OptionalInt actor(String replica) {
    return directory.stream()
        .filter(it -> it.id().toString().equals(replica))
        .flatMapToInt(it ->
            IntStream.range(0, actors.size())
                .filter(i -> it.address().equals(actors.get(i).address())))
        .findFirst();
  }

  /// A replica that answers.
  record Way(int actor, String address) {}

  /// The chosen replica if it is alive, or else another one that is.
  Optional<Way> alive() {
    return IntStream.concat(IntStream.of(choice.actor()), IntStream.range(0, actors.size()))
        .boxed()
        .flatMap(this::way)
        .findFirst();
  }

  private Stream<Way> way(int i) {
    var address = actors.get(i).address();
    return actors.get(i).life() == Life.ALIVE && address != null
        ? Stream.of(new Way(i, address))
        : Stream.empty();
  }

  static String name(int actor) {
    return "replica " + (actor + 1);
  }

  private Scene tell(Duration now, String sentence) {
    return new Scene(actors, choice, chat, directory, runner, story.and(now, sentence));
  }

  private Scene withChat(@Nullable String id) {
    return new Scene(actors, choice, id, directory, runner, story);
  }

  private Scene with(int i, Actor actor) {
    var changed = new ArrayList<>(actors);
    changed.set(i, actor);
    return new Scene(changed, choice, chat, directory, runner, story);
  }
}
