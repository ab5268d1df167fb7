package chatd.core.runner;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ReplicaId;
import chatd.core.runner.PeerWatch.Answer;
import chatd.core.runner.PeerWatch.Dead;
import chatd.core.runner.PeerWatch.Sight;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PeerWatchTest {
  private static final ReplicaId PEER = new ReplicaId(new UUID(1, 1));
  private static final ReplicaId OTHER = new ReplicaId(new UUID(2, 2));
  private static final long SECOND = 1_000_000_000;
  private static final long LOOK = SECOND / 4;
  private static final PeerWatch.Bounds BOUNDS = new PeerWatch.Bounds(10 * SECOND, 3 * SECOND);

  private PeerWatch watch = PeerWatch.begin(BOUNDS, 0);
  private long session = 1;
  private long now;
  private final List<ReplicaId> asked = new ArrayList<>();

  // By lease.

  @Test
  void sameBeatForAWholeLease_isADeath() {
    assertThat(watchUntil(9, 5)).isEmpty();
    assertThat(watchUntil(10, 5)).containsExactly(new Dead(PEER, 5));
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

  // By two signs.

  @Test
  void lockLostAndAddressRefusing_isADeathAtOnce() {
    greeted();

    assertThat(see(5, false)).isEmpty();
    assertThat(asked).containsExactly(PEER);
    assertThat(answer(new Answer.Refused())).containsExactly(new Dead(PEER, 5));
    assertThat(see(5, false)).containsExactly(new Dead(PEER, 5)); // Until it is declared.
  }

  @Test
  void lockLostAndAnotherReplicaAnswering_isADeath() {
    greeted();
    see(5, false);

    assertThat(answer(new Answer.Is(OTHER))).containsExactly(new Dead(PEER, 5));
  }

  @Test
  void lockLostAndTheReplicaAnswering_isALife() {
    greeted();
    see(5, false);

    assertThat(answer(new Answer.Is(PEER))).isEmpty(); // Its listener was cut off, not it.
    assertThat(see(6, true)).isEmpty();
    assertThat(asked).isEmpty();
  }

  @Test
  void lockLostAndAddressUnclear_isAskedAgain() {
    greeted();
    see(5, false);
    assertThat(asked).containsExactly(PEER);
    see(5, false);
    assertThat(asked).isEmpty(); // The answer is still to come.
    assertThat(answer(new Answer.Unclear())).isEmpty();
    see(5, false);
    assertThat(asked).containsExactly(PEER);
    assertThat(answer(new Answer.Refused())).isNotEmpty();
  }

  @Test
  void addressRefusing_withTheLockHeld_isNoDeath() {
    greeted();
    see(5, false);
    see(6, true);

    assertThat(answer(new Answer.Refused())).isEmpty();
  }

  @Test
  void refusalWhileTheLockWasBack_isForgottenWhenItIsLostAgain() {
    greeted();
    see(5, false);
    see(6, true);
    answer(new Answer.Refused()); // What stands before the address was restarted, too.
    see(7, true);

    assertThat(see(8, false)).isEmpty();
    assertThat(asked).containsExactly(PEER);
    assertThat(answer(new Answer.Is(PEER))).isEmpty();
  }

  @Test
  void postgresRestarted_allLocksFree_isNoSign() {
    greeted();
    session++;

    assertThat(see(5, false)).isEmpty();
    assertThat(asked).isEmpty();
    see(5, false);
    assertThat(asked).isEmpty();
  }

  @Test
  void lockHeldAgainInTheNewSession_thenLost_isASign() {
    greeted();
    session++;
    see(5, false);
    see(6, true);

    see(6, false);
    assertThat(answer(new Answer.Refused())).isNotEmpty();
  }

  @Test
  void addressNeverReached_isNoSign() {
    see(5, true);
    answer(new Answer.Refused()); // A wrong address, or a service without endpoints.
    see(5, false);

    assertThat(answer(new Answer.Refused())).isEmpty();
    assertThat(see(5, false)).isEmpty();
  }

  @Test
  void greeting_isRepeatedUntilItIsAnswered_butNotAllTheTime() {
    see(5, true);
    assertThat(asked).containsExactly(PEER);
    answer(new Answer.Unclear());
    see(5, true);
    assertThat(asked).isEmpty();

    for (var beat = 6; beat < 18; beat++) {
      see(beat, true);
      if (!asked.isEmpty()) {
        break;
      }
    }
    assertThat(asked).containsExactly(PEER);
    answer(new Answer.Is(PEER));
    for (var beat = 20; beat < 40; beat++) {
      see(beat, true);
      assertThat(asked).isEmpty();
    }
  }

  @Test
  void answerAboutSomebodyGone_saysNothing() {
    greeted();
    watch = watch.look(session, Map.of(), now).next();

    assertThat(answer(new Answer.Refused())).isEmpty();
  }

  /// The peer holds its lock and has answered at its address.
  private void greeted() {
    see(5, true);
    answer(new Answer.Is(PEER));
  }

  /// The next look, with our own heartbeats in order.
  private List<Dead> see(long beat, boolean lockHeld) {
    now += LOOK;
    watch = watch.beaten(now);
    var seen = watch.look(session, Map.of(PEER, new Sight(beat, lockHeld)), now);
    watch = seen.next();
    asked.clear();
    asked.addAll(seen.toAsk());
    return seen.dead();
  }

  private List<Dead> answer(Answer answer) {
    var seen = watch.answered(PEER, answer);
    watch = seen.next();
    return seen.dead();
  }

  private List<Dead> watchUntil(int seconds, long beat) {
    List<Dead> dead = List.of();
    watch = PeerWatch.begin(BOUNDS, 0);
    for (var second = 0; second <= seconds; second++) {
      watch = watch.beaten(second * SECOND);
      dead = look(second, beat);
    }
    return dead;
  }

  private List<Dead> look(long second, long beat) {
    var seen = watch.look(session, Map.of(PEER, new Sight(beat, true)), second * SECOND);
    watch = seen.next();
    return seen.dead();
  }
}
