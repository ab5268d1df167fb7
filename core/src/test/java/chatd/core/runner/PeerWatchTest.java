package chatd.core.runner;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ReplicaId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PeerWatchTest {
  private static final ReplicaId PEER = new ReplicaId(new UUID(1, 1));
  private static final long SECOND = 1_000_000_000;

  private PeerWatch watch = PeerWatch.begin(10 * SECOND, 3 * SECOND, 0);

  @Test
  void sameBeatForAWholeLease_isADeath() {
    assertThat(watchUntil(9, 5)).isEmpty();
    assertThat(watchUntil(10, 5)).containsExactly(new PeerWatch.Dead(PEER, 5));
  }

  @Test
  void aBeatThatMoves_isALife() {
    watchUntil(9, 5);
    assertThat(look(10, 6)).isEmpty();
    assertThat(look(19, 6)).isEmpty();
  }

  @Test
  void aGapOfOurOwn_restartsEveryObservation() {
    watchUntil(9, 5);
    watch = watch.beaten(20 * SECOND); // The database was away for eleven seconds.

    assertThat(look(20, 5)).isEmpty();
    for (var second = 21; second < 30; second++) {
      watch = watch.beaten(second * SECOND);
      assertThat(look(second, 5)).isEmpty();
    }
    watch = watch.beaten(30 * SECOND);
    assertThat(look(30, 5)).hasSize(1);
  }

  @Test
  void whileWeCannotBeat_nobodyDies() {
    watchUntil(9, 5);

    assertThat(look(13, 5)).isEmpty();
    assertThat(look(60, 5)).isEmpty();
  }

  private List<PeerWatch.Dead> watchUntil(int seconds, long beat) {
    List<PeerWatch.Dead> dead = List.of();
    watch = PeerWatch.begin(10 * SECOND, 3 * SECOND, 0);
    for (var second = 0; second <= seconds; second++) {
      watch = watch.beaten(second * SECOND);
      dead = look(second, beat);
    }
    return dead;
  }

  private List<PeerWatch.Dead> look(long second, long beat) {
    var seen = watch.look(Map.of(PEER, beat), second * SECOND);
    watch = seen.next();
    return seen.dead();
  }
}
