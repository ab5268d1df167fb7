package chatd.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.engine.port.ReplicaDirectory.Replica;
import chatd.engine.port.TestChat;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void alone_nobodyIsWaitedFor_andEverythingIsTaken() {
    var alone = new Spread(200, OptionalInt.empty());

    assertThat(alone.delay()).isZero();
    assertThat(alone.atOnce()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void leastBusy_doesNotWait() {
    assertThat(new Spread(3, OptionalInt.of(3)).delay()).isZero();
    assertThat(new Spread(3, OptionalInt.of(9)).delay()).isZero();
  }

  @Test
  void busierOnes_waitTheLongerTheBusierTheyAre_butNotLong() {
    assertThat(new Spread(4, OptionalInt.of(3)).delay()).isEqualTo(Duration.ofMillis(1));
    assertThat(new Spread(24, OptionalInt.of(3)).delay()).isEqualTo(Duration.ofMillis(21));
    assertThat(new Spread(256, OptionalInt.of(3)).delay()).isEqualTo(Duration.ofMillis(50));
  }

  @Test
  void manyTurnsBegunAtOneReplica_areSpreadOverAll() {
    var first = new WorkerStage();
    var second = WorkerStage.beside(first);
    var third = WorkerStage.beside(second);
    first.advance(Duration.ofSeconds(1));
    for (var i = 0; i < 300; i++) {
      first.hints.announce(
          chatd.engine.port.Hint.of(first.row(TestChat.create(first.fixture).id())));
    }
    first.thread.settle();
    first.advance(Duration.ofSeconds(2));

    assertThat(turns(third)).hasSize(3).allSatisfy(turns -> assertThat(turns).isBetween(75, 125));
    assertThat(turns(third).stream().mapToInt(Integer::intValue).sum()).isEqualTo(300);
  }

  private static List<Integer> turns(WorkerStage stage) {
    return stage.fixture.directory().list().stream().map(Replica::runningTurns).toList();
  }
}
