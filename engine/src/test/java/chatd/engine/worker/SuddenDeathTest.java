package chatd.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.engine.port.ReplicaDirectory.Replica;
import chatd.engine.port.Telemetry.Happening;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A process that is gone is known by two signs, long before its lease is over: its session lock is
/// free and nobody answers at its address. One sign alone is nobody's death.
class SuddenDeathTest {
  private final WorkerStage first = new WorkerStage();

  @Test
  void ownerIsKilled_anotherTakesOverWithinHalfASecond() {
    var chat = first.chat();
    first.model.last().say("lost");
    first.thread.settle();
    var second = WorkerStage.beside(first);
    first.advance(Duration.ofSeconds(2));

    first.kill();
    first.advance(Duration.ofMillis(500));

    assertThat(first.model.requests()).hasSize(2);
    assertThat(second.row(chat.id()).turn().attempts().takeovers()).isEqualTo(1);
    second.model.last().say("found").complete();
    second.thread.settle();
    assertThat(second.history(chat.id())).containsExactly("user: first", "assistant: found");
    assertThat(second.telemetry.counted).containsEntry(Happening.TAKEOVER, 1);
  }

  @Test
  void postgresRestarts_allLocksFreeAtOnce_nobodyIsDeclaredDead() {
    WorkerStage.beside(first);
    first.advance(Duration.ofSeconds(2));

    first.fixture.restart();
    first.advance(Duration.ofSeconds(5));

    assertThat(first.states()).containsOnly(Replica.State.ALIVE);
  }

  @Test
  void listenerIsLostBehindAnAddressThatAlwaysRefused_isNoDeath() {
    var second = WorkerStage.beside(first);
    second.addresses.close(second.address);
    first.advance(Duration.ofSeconds(2));

    first.fixture.holdLock(second.membership.id(), false);
    first.advance(Duration.ofSeconds(5));

    assertThat(first.states()).containsOnly(Replica.State.ALIVE);
  }

  @Test
  void listenerIsLost_butTheAddressAnswers_isNoDeath() {
    var second = WorkerStage.beside(first);
    first.advance(Duration.ofSeconds(2));

    first.fixture.holdLock(second.membership.id(), false);
    first.advance(Duration.ofSeconds(5));

    assertThat(first.states()).containsOnly(Replica.State.ALIVE);
  }

  @Test
  void restartOnTheSameAddress_takesOverAtOnce() {
    var chat = first.chat();
    first.model.last().say("lost");
    first.thread.settle();
    first.kill();

    var again = WorkerStage.inPlaceOf(first);

    assertThat(again.model.requests()).hasSize(2);
    again.model.last().say("found").complete();
    again.thread.settle();
    assertThat(again.history(chat.id())).containsExactly("user: first", "assistant: found");
    assertThat(again.telemetry.counted).containsEntry(Happening.TAKEOVER, 1);
  }

  @Test
  void addressInUse_isWaitedFor_andThenRefused() {
    var rival = WorkerStage.inPlaceOf(first);
    first.advance(Duration.ofSeconds(4));
    assertThat(rival.broken).isEmpty();

    first.advance(Duration.ofSeconds(2));

    assertThat(rival.broken).hasSize(1).first().asString().contains("is in use by replica");
    assertThat(first.states()).containsExactly(Replica.State.ALIVE);
  }

  @Test
  void restartOnTheSameAddress_whileTheOldSessionLingers_waitsForIt() {
    first.kill();
    first.fixture.holdLock(first.membership.id(), true);
    var again = WorkerStage.inPlaceOf(first);
    first.advance(Duration.ofSeconds(2));
    assertThat(first.states()).containsExactly(Replica.State.ALIVE);

    first.fixture.holdLock(first.membership.id(), false);
    first.advance(Duration.ofSeconds(1));

    assertThat(first.states()).containsExactlyInAnyOrder(Replica.State.DEAD, Replica.State.ALIVE);
    assertThat(again.broken).isEmpty();
  }
}
