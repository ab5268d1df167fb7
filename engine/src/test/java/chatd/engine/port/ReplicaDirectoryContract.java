package chatd.engine.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatMachine;
import chatd.core.chat.ChatRow;
import chatd.core.chat.ChatState;
import chatd.core.chat.ReplicaId;
import chatd.core.chat.RunId;
import chatd.core.message.ChatId;
import chatd.core.message.ContentPart;
import chatd.core.message.MessageBody;
import chatd.core.message.RawJson;
import chatd.core.message.Role;
import chatd.core.message.ToolOrigin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who has which chat, and who is alive.
public abstract class ReplicaDirectoryContract {
  private StoreFixture fixture;
  private ReplicaDirectory directory;

  protected abstract StoreFixture fixture();

  /// Nothing is due at first, whatever other tests left.
  @BeforeEach
  void takeAllThatIsDue() {
    fixture = fixture();
    directory = fixture.directory();
    take(TestChat.newReplica(fixture), 10_000, 10_000);
  }

  @Test
  void acquire_takesTheOldestOfEachKindUpToItsLimits() {
    var first = TestChat.create(fixture);
    var second = TestChat.create(fixture);
    TestChat.create(fixture);
    var sub = TestChat.create(fixture, first.user(), first.id());
    TestChat.create(fixture, first.user(), first.id());

    var taken = take(TestChat.newReplica(fixture), 2, 1);

    assertThat(taken).containsExactly(first.id(), second.id(), sub.id());
  }

  @Test
  void acquire_givesOwnerAndRunAndTheFirstAttempt() {
    var chat = TestChat.create(fixture);
    var replica = TestChat.newReplica(fixture);
    var run = new RunId(UUID.randomUUID());

    var taken = fixture.store().acquire(replica, 1, 0, () -> run);

    assertThat(taken).containsExactly(chat.find());
    var row = chat.row();
    assertThat(row.ownership())
        .isNotNull()
        .extracting("replica", "run")
        .containsExactly(replica, run);
    assertThat(row.versions().attempt()).isEqualTo(1);
    assertThat(row.versions().snapshot()).isEqualTo(2);
    assertThat(chat.find().marks().updatedAt()).isEqualTo(chat.find().marks().createdAt());
  }

  @Test
  void acquire_byManyAtOnce_givesEachChatToOne() throws Exception {
    List<ChatId> due = new ArrayList<>();
    for (var i = 0; i < 40; i++) {
      due.add(TestChat.create(fixture).id());
    }
    List<Callable<List<ChatId>>> takers = new ArrayList<>();
    for (var i = 0; i < 8; i++) {
      var replica = TestChat.newReplica(fixture);
      takers.add(() -> {
        List<ChatId> mine = new ArrayList<>();
        for (var round = 0; round < 10; round++) {
          mine.addAll(take(replica, 3, 3));
        }
        return mine;
      });
    }

    List<ChatId> taken = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var mine : threads.invokeAll(takers)) {
        taken.addAll(mine.get());
      }
    }

    assertThat(taken).containsExactlyInAnyOrderElementsOf(due);
  }

  @Test
  void acquire_byOneThatIsNotAlive_takesNothing() {
    TestChat.create(fixture);
    var unknown = new ReplicaId(UUID.randomUUID());
    var draining = TestChat.newReplica(fixture);
    directory.drain(draining);
    var dead = TestChat.newReplica(fixture);
    directory.declareDead(dead, 0);

    for (var replica : List.of(unknown, draining, dead)) {
      assertThat(take(replica, 10, 10)).isEmpty();
    }
  }

  @Test
  void beat_tellsWhatThisReplicaHas() {
    var chat = TestChat.create(fixture);
    var replica = TestChat.newReplica(fixture);
    var first = directory.beat(replica);
    assertThat(first.alive()).isTrue();
    assertThat(first.owned()).isEmpty();
    assertThat(directory.beat(replica).now()).isAfter(first.now());
    take(replica, 1, 0);

    var owned = directory.beat(replica).owned();

    var row = chat.row();
    assertThat(owned)
        .containsExactly(
            new ReplicaDirectory.Owned(
                chat.id(),
                chat.fence().run(),
                row.status(),
                row.versions().history(),
                row.versions().snapshot()));
  }

  @Test
  void beat_ofOneDeclaredDead_saysSo() {
    var replica = TestChat.newReplica(fixture);
    directory.declareDead(replica, 0);

    assertThat(directory.beat(replica).alive()).isFalse();
    assertThat(directory.beat(new ReplicaId(UUID.randomUUID())).alive()).isFalse();
  }

  @Test
  void look_showsBeatsAndLocksOfTheOthers() {
    var me = TestChat.newReplica(fixture);
    var peer = TestChat.newReplica(fixture);
    directory.beat(peer);
    directory.beat(peer);
    fixture.holdLock(peer, true);

    assertThat(directory.look(me).peers())
        .contains(new ReplicaDirectory.Peer(peer, "http://" + peer, 2, true, OptionalInt.of(0)))
        .noneMatch(seen -> seen.id().equals(me));
    fixture.holdLock(peer, false);
    assertThat(directory.look(me).peers())
        .contains(new ReplicaDirectory.Peer(peer, "http://" + peer, 2, false, OptionalInt.of(0)));
    directory.drain(peer);
    assertThat(directory.look(me).peers())
        .contains(new ReplicaDirectory.Peer(peer, "http://" + peer, 2, false, OptionalInt.empty()));
    directory.declareDead(peer, 2);
    assertThat(directory.look(me).peers()).noneMatch(seen -> seen.id().equals(peer));
  }

  @Test
  void declareDead_ofOneThatBeatAgain_doesNothing() {
    var chat = TestChat.create(fixture);
    var replica = TestChat.newReplica(fixture);
    take(replica, 1, 0);
    directory.beat(replica);

    assertThat(directory.declareDead(replica, 0)).isEmpty();
    assertThat(directory.beat(replica).alive()).isTrue();
    assertThat(chat.row().ownership()).isNotNull();
  }

  @Test
  void declareDead_givesItsChatsBackAndCountsTheTakeover() {
    var chat = TestChat.create(fixture);
    var replica = TestChat.newReplica(fixture);
    take(replica, 1, 0);
    var snapshot = chat.row().versions().snapshot();

    var released = directory.declareDead(replica, 0);

    assertThat(released).containsExactly(chat.row());
    assertThat(chat.row().ownership()).isNull();
    assertThat(chat.row().turn().attempts().takeovers()).isEqualTo(1);
    assertThat(chat.row().versions().snapshot()).isEqualTo(snapshot + 1);
    assertThat(directory.declareDead(replica, 0)).isEmpty();
  }

  @Test
  void turnThatStopsItsWorkers_failsAtTheThird() {
    var chat = TestChat.create(fixture);
    for (var i = 0; i < ChatMachine.TAKEOVERS_MAX; i++) {
      assertThat(chat.row().state()).isEqualTo(ChatState.RUNNING);
      var replica = TestChat.newReplica(fixture);
      take(replica, 1, 0);
      directory.declareDead(replica, 0);
    }

    assertThat(chat.row().state()).isEqualTo(ChatState.ERROR);
  }

  @Test
  void ownerDiesWhileInterrupting_finishesTheStopOnTheSpot() {
    var chat = TestChat.create(fixture);
    var queued = TestChat.create(fixture);
    var replica = TestChat.newReplica(fixture);
    take(replica, 2, 0);
    queued.enqueue("next");
    chat.done(new ChatCommand.Interrupt(chat.user()));
    queued.done(new ChatCommand.Interrupt(queued.user()));

    var released = directory.declareDead(replica, 0);

    assertThat(released)
        .extracting(ChatRow::state)
        .containsExactlyInAnyOrder(ChatState.WAITING, ChatState.RUNNING);
    assertThat(chat.row().state()).isEqualTo(ChatState.WAITING);
    assertThat(queued.visible().getLast().body().content()).isEqualTo(TestChat.text("next"));
    assertThat(queued.row().ownership()).isNull();
  }

  @Test
  void sweep_takesChatsFromThoseThatAreGone() {
    var chat = TestChat.create(fixture);
    var replica = TestChat.newReplica(fixture);
    take(replica, 1, 0);
    assertThat(directory.sweep()).noneMatch(row -> row.id().equals(chat.id()));

    fixture.forget(replica);

    assertThat(directory.sweep()).contains(chat.row());
    assertThat(chat.row().ownership()).isNull();
    assertThat(directory.sweep()).isEmpty();
  }

  @Test
  void sweep_goesOnWithChatsWhoseClientDidNotAnswer() {
    var chat = TestChat.create(fixture);
    chat.acquired();
    var call = new ContentPart.ToolCall("c", "pick", new RawJson("1"), ToolOrigin.NONE, null);
    chat.done(
        new ChatCommand.CommitStep(
            chat.fence(),
            List.of(new MessageBody(Role.ASSISTANT, List.of(call), null, null, null)),
            Set.of("c"),
            null,
            ChatCommand.CommitStep.Then.CONTINUE));
    chat.done(new ChatCommand.NeedClientAction(chat.fence(), Duration.ZERO));

    assertThat(directory.sweep()).contains(chat.row());

    assertThat(chat.row().state()).isEqualTo(ChatState.RUNNING);
    assertThat(chat.visible().getLast().body().role()).isEqualTo(Role.TOOL);
  }

  @Test
  void register_atAnAddressWhoseProcessIsGone_takesItsPlace() {
    var chat = TestChat.create(fixture);
    var address = "http://" + UUID.randomUUID();
    var old = new ReplicaId(UUID.randomUUID());
    directory.register(old, address, "test");
    take(old, 1, 0);
    fixture.holdLock(old, true);
    var me = new ReplicaId(UUID.randomUUID());

    assertThatThrownBy(() -> directory.register(me, address, "test"))
        .isInstanceOf(ReplicaDirectory.AddressInUse.class)
        .hasMessageContaining(old.toString());
    fixture.holdLock(old, false);

    assertThat(directory.register(me, address, "test")).containsExactly(chat.row());
    assertThat(directory.beat(old).alive()).isFalse();
    assertThat(directory.beat(me).alive()).isTrue();
  }

  @Test
  void retire_givesBackWhatIsLeftWithoutCountingIt() {
    var chat = TestChat.create(fixture);
    var replica = TestChat.newReplica(fixture);
    take(replica, 1, 0);
    directory.drain(replica);
    assertThat(directory.beat(replica).alive()).isTrue();

    assertThat(directory.retire(replica)).containsExactly(chat.row());

    assertThat(chat.row().turn().attempts().takeovers()).isZero();
    assertThat(directory.beat(replica).alive()).isFalse();
  }

  @Test
  void list_showsEveryReplicaWithItsState() {
    var alive = TestChat.newReplica(fixture);
    var draining = TestChat.newReplica(fixture);
    var dead = TestChat.newReplica(fixture);
    TestChat.create(fixture);
    take(alive, 1, 0);
    directory.drain(draining);
    directory.declareDead(dead, 0);

    assertThat(directory.list())
        .filteredOn(replica -> List.of(alive, draining, dead).contains(replica.id()))
        .extracting(
            ReplicaDirectory.Replica::address,
            ReplicaDirectory.Replica::runningTurns,
            replica -> replica.state().name())
        .containsExactly(
            tuple("http://" + alive, 1, "ALIVE"),
            tuple("http://" + draining, 0, "DRAINING"),
            tuple("http://" + dead, 0, "DEAD"));
  }

  private List<ChatId> take(ReplicaId replica, int roots, int subs) {
    return fixture
        .store()
        .acquire(replica, roots, subs, () -> new RunId(UUID.randomUUID()))
        .stream()
        .map(chat -> chat.row().id())
        .toList();
  }
}
