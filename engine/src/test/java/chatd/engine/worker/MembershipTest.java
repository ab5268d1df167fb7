package chatd.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.Phase;
import chatd.core.chat.ReplicaId;
import chatd.engine.fake.ScriptedModel;
import chatd.engine.port.Hint;
import chatd.engine.port.ReplicaDirectory.Replica;
import chatd.engine.port.Telemetry.Happening;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// Replicas among each other: who is alive, who takes over, and how one leaves.
class MembershipTest {
  private final WorkerStage first = new WorkerStage();

  @Test
  void alone_andIdle_staysAlive() {
    first.advance(Duration.ofMinutes(2));

    assertThat(first.states()).containsOnly(Replica.State.ALIVE);
  }

  @Test
  void ownerFallsSilent_anotherTakesOverAfterTheLeaseWithANewAttempt() {
    var chat = first.chat();
    first.model.last().say("lost");
    first.thread.settle();
    var second = WorkerStage.beside(first);
    first.advance(Duration.ofSeconds(2));

    first.process.freeze();
    first.advance(Duration.ofSeconds(9));
    assertThat(first.model.requests()).hasSize(1);
    first.advance(Duration.ofSeconds(2));

    assertThat(first.model.requests()).hasSize(2);
    var row = second.row(chat.id());
    assertThat(row.versions().attempt()).isEqualTo(2);
    assertThat(row.ownership()).isNotNull();
    second.model.last().say("found").complete();
    second.thread.settle();
    assertThat(second.history(chat.id())).containsExactly("user: first", "assistant: found");
  }

  @Test
  void lookThatTakesLong_countsTheLeaseFromWhatItSaw() {
    var second = WorkerStage.beside(first);
    first.advance(Duration.ofSeconds(2));
    var answer = new CountDownLatch(1);
    second.directory.lookHeld = answer;
    first.advance(Duration.ofMillis(1900));
    answer.countDown(); // It sees a heartbeat that was sent after it was asked.
    first.thread.settle();
    first.process.freeze();

    first.advance(Duration.ofMillis(9500));
    assertThat(first.states()).containsOnly(Replica.State.ALIVE);
    first.advance(Duration.ofSeconds(1));
    assertThat(first.states()).containsExactlyInAnyOrder(Replica.State.DEAD, Replica.State.ALIVE);
  }

  @Test
  void frozenOwnerReturns_writesNothingShowsNothing_andTheOtherGoesOn() {
    var chat = first.chat();
    var lost = first.model.last().say("one ");
    first.thread.settle();
    var second = WorkerStage.beside(first);
    first.advance(Duration.ofSeconds(2));
    first.process.freeze();
    lost.say("two ").complete();
    first.advance(Duration.ofSeconds(11));
    assertThat(first.model.requests()).hasSize(2);
    var announced = new ArrayList<Hint>();
    first.pubsub.disturb(hints -> {
      announced.addAll(hints);
      return hints;
    });

    first.process.thaw();
    first.thread.settle();
    first.advance(Duration.ofSeconds(2));

    assertThat(announced).isEmpty();
    assertThat(first.log(chat.id())).isEqualTo("one ");
    assertThat(first.history(chat.id())).containsExactly("user: first");
    second.model.last().say("found").complete();
    second.thread.settle();
    assertThat(second.history(chat.id())).containsExactly("user: first", "assistant: found");
    assertThat(first.states())
        .containsExactlyInAnyOrder(Replica.State.ALIVE, Replica.State.ALIVE, Replica.State.DEAD);
  }

  @Test
  void declaredDead_writesNothingMore_andBeginsAnewUnderAnotherId() {
    var chat = first.chat();
    first.model.last().say("void");
    first.thread.settle();
    var before = first.membership.id();
    first.fixture.directory().declareDead(before, beat(before));

    first.model.last().say(" and void").complete();
    first.thread.settle();
    assertThat(first.history(chat.id())).containsExactly("user: first");

    first.advance(Duration.ofSeconds(4));
    assertThat(first.membership.id()).isNotEqualTo(before);
    first.model.last().say("fresh").complete();
    first.thread.settle();
    assertThat(first.history(chat.id())).containsExactly("user: first", "assistant: fresh");
    assertThat(first.telemetry.counted).containsEntry(Happening.LEASE_LOST, 1);
  }

  @Test
  void leave_idle_isOverAtOnce() {
    var done = leave(first, Duration.ofSeconds(20));

    assertThat(done.get(0)).isTrue();
    assertThat(first.states()).containsExactly(Replica.State.DEAD);
  }

  @Test
  void leave_whileStreaming_letsTheStepFinishWithinItsTime() {
    var chat = first.chat();
    first.model.last().say("Hel");
    first.thread.settle();
    var done = leave(first, Duration.ofSeconds(20));
    assertThat(done.get(0)).isFalse();

    first.model.last().say("lo").complete();
    first.thread.settle();
    first.advance(Duration.ofSeconds(1));

    assertThat(done.get(0)).isTrue();
    assertThat(first.history(chat.id())).containsExactly("user: first", "assistant: Hello");
  }

  @Test
  void leave_timeIsUp_releasesWhatRunsForTheNextToTake() {
    var chat = first.chat();
    first.model.last().say("slow");
    first.thread.settle();
    var done = leave(first, Duration.ofSeconds(20));

    first.advance(Duration.ofSeconds(21));

    assertThat(done.get(0)).isTrue();
    var row = first.row(chat.id());
    assertThat(row.status()).isEqualTo(ChatStatus.RUNNING);
    assertThat(row.phase()).isEqualTo(Phase.QUEUED);
    assertThat(row.turn().attempts().takeovers()).isZero();
    assertThat(first.model.last().isCancelled()).isTrue();
  }

  @Test
  void leaveAtOnce_whileDraining_releasesWhatRunsWithoutItsTime() {
    var chat = first.chat();
    first.model.last().say("slow");
    first.thread.settle();
    var done = leave(first, Duration.ofMinutes(5));
    assertThat(done.get(0)).isFalse();

    first.membership.leaveAtOnce();
    first.advance(Duration.ofSeconds(1));

    assertThat(done.get(0)).isTrue();
    assertThat(first.row(chat.id()).phase()).isEqualTo(Phase.QUEUED);
  }

  @Test
  void declaredDead_andTheDatabaseAwayForLonger_beginsAnewWhenItIsBack() {
    var before = first.membership.id();
    first.directory.registersNobody = true;
    first.fixture.directory().declareDead(before, beat(before));
    first.advance(Duration.ofSeconds(30));
    assertThat(first.states()).containsOnly(Replica.State.DEAD);

    first.directory.registersNobody = false;
    first.advance(Duration.ofSeconds(2));

    assertThat(first.states()).containsExactlyInAnyOrder(Replica.State.DEAD, Replica.State.ALIVE);
    var chat = first.chat();
    assertThat(first.row(chat.id()).ownership()).isNotNull();
    assertThat(first.telemetry.counted).containsEntry(Happening.LEASE_LOST, 1);
  }

  @Test
  void sweepMeetsWhatCannotBe_theReplicaGoesOnBeating() {
    first.directory.sweepBreaks = true;
    first.advance(Duration.ofSeconds(15));

    assertThat(ages()).allMatch(age -> age.compareTo(Duration.ofSeconds(2)) < 0);
    assertThat(first.broken).hasSize(1);
  }

  @Test
  void heartbeatMeetsAnError_theReplicaGoesOnBeating() {
    first.directory.beatBreaks = true;
    first.advance(Duration.ofSeconds(15));

    assertThat(ages()).hasSize(1).allMatch(age -> age.compareTo(Duration.ofSeconds(2)) < 0);
    assertThat(first.broken).hasSize(1);
  }

  @Test
  void sweepHangs_theReplicaGoesOnBeating() {
    var held = new CountDownLatch(1);
    first.directory.sweepHeld = held;
    first.advance(Duration.ofSeconds(15));

    assertThat(ages()).allMatch(age -> age.compareTo(Duration.ofSeconds(2)) < 0);
    held.countDown();
    first.thread.settle();
  }

  @Test
  void leave_whileRegisteringAnew_leavesForGood() {
    var held = new CountDownLatch(1);
    first.directory.registerHeld = held;
    var before = first.membership.id();
    first.fixture.directory().declareDead(before, beat(before));
    first.advance(Duration.ofSeconds(2));
    var done = leave(first, Duration.ofSeconds(1));
    first.advance(Duration.ofSeconds(3));

    held.countDown();
    first.thread.settle();
    first.advance(Duration.ofSeconds(1));

    assertThat(done.get(0)).isTrue();
    assertThat(first.states()).containsOnly(Replica.State.DEAD);
  }

  @Test
  void leave_behindADeathThatTheWorkerHasYetToHear_waitsForNoTurn() {
    first.chat();
    var acquire = new CountDownLatch(1);
    first.store.acquireHeld = acquire;
    first.chat();
    first.directory.registersNobody = true;
    var before = first.membership.id();
    first.fixture.directory().declareDead(before, beat(before));
    first.advance(Duration.ofSeconds(2));
    var done = leave(first, Duration.ofSeconds(20));

    acquire.countDown();
    first.advance(Duration.ofSeconds(2));

    assertThat(done.get(0)).isTrue();
  }

  @Test
  void ownerDiesWhileInterrupting_theStopIsFinishedWithItsDeath() {
    var chat = first.chat();
    first.model.last().say("partial");
    first.thread.settle();
    var second = WorkerStage.beside(first);
    first.advance(Duration.ofSeconds(2));
    first.process.freeze();
    second.apply(chat.id(), new ChatCommand.Interrupt(chat.user()));
    assertThat(second.row(chat.id()).phase()).isEqualTo(Phase.INTERRUPTING);

    first.advance(Duration.ofSeconds(12));

    assertThat(second.row(chat.id()).status()).isEqualTo(ChatStatus.WAITING);
    assertThat(second.history(chat.id())).containsExactly("user: first");
    first.process.thaw();
    first.thread.settle();
    first.advance(Duration.ofSeconds(2));
    assertThat(second.history(chat.id())).containsExactly("user: first");
  }

  @Test
  void databaseAwayLongerThanTheLease_nobodyIsDeclaredDead() {
    var chat = first.chat();
    var second = WorkerStage.beside(first);
    first.advance(Duration.ofSeconds(2));
    for (var replica : List.of(first, second)) {
      replica.store.down = true;
      replica.directory.down = true;
    }
    first.advance(Duration.ofSeconds(15));
    first.store.down = false;
    first.directory.down = false;
    first.advance(Duration.ofSeconds(4));
    second.store.down = false;
    second.directory.down = false;
    first.advance(Duration.ofSeconds(4));

    assertThat(first.states()).containsOnly(Replica.State.ALIVE);
    first.model.last().say("Hello").complete();
    first.thread.settle();
    assertThat(first.history(chat.id())).containsExactly("user: first", "assistant: Hello");
  }

  @Test
  void leave_whileTheDatabaseIsAway_isOverWhenItsTimeIs() {
    first.chat();
    first.model.last().say("lost").complete();
    first.store.down = true;
    first.directory.down = true;
    var done = leave(first, Duration.ofSeconds(20));
    first.advance(Duration.ofSeconds(21));

    assertThat(done.get(0)).isTrue();
  }

  @Test
  void leave_whileARetryWaits_givesTheChatBackAtOnce() {
    var chat = first.chat();
    first.model.last().fail(ScriptedModel.retryAfter(Duration.ofMinutes(5)));
    first.thread.settle();
    var done = leave(first, Duration.ofSeconds(20));
    first.advance(Duration.ofSeconds(1));

    assertThat(done.get(0)).isTrue();
    assertThat(first.row(chat.id()).turn().retries().pending()).isNotNull();
    assertThat(first.row(chat.id()).ownership()).isNull();
  }

  private static List<Boolean> leave(WorkerStage stage, Duration timeout) {
    var done = new ArrayList<>(List.of(false));
    stage
        .process
        .threads()
        .newThread(() -> {
          try {
            stage.membership.leave(timeout);
            done.set(0, true);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        })
        .start();
    stage.thread.settle();
    stage.advance(Duration.ofMillis(300));
    return done;
  }

  private long beat(ReplicaId id) {
    var other = new ReplicaId(new UUID(0, 0));
    return first.fixture.directory().look(other).peers().stream()
        .filter(peer -> peer.id().equals(id))
        .findFirst()
        .orElseThrow()
        .beat();
  }

  /// How long ago the living replicas beat.
  private List<Duration> ages() {
    return first.fixture.directory().list().stream()
        .filter(replica -> replica.state() == Replica.State.ALIVE)
        .map(Replica::heartbeatAge)
        .toList();
  }
}
