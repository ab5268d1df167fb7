package chatd.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand.WhenBusy;
import chatd.core.chat.Phase;
import chatd.engine.fake.ScriptedModel;
import chatd.engine.port.ReplicaDirectory.Replica;
import chatd.engine.port.TestChat;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A turn that another replica has to go on with: when it is noticed, and what is left to do.
class TakeoverTest {
  private final WorkerStage first = new WorkerStage();
  private final WorkerStage second = WorkerStage.beside(first);
  private TestChat chat;

  @BeforeEach
  void begin() {
    second.process.freeze(); // The turn is to begin at the other one.
    chat = first.chat();
    second.process.thaw();
    first.model.last().say("Hel");
    first.advance(Duration.ofSeconds(2));
    assertThat(first.membership.runningTurns()).isEqualTo(1);
  }

  @Test
  void linkToTheWorkerBreaks_itIsLookedAtBeforeAnyTimePasses() {
    first.kill();
    first.thread.settle();
    assertThat(first.model.requests()).hasSize(1);

    second.membership.doubt();
    first.thread.settle();

    assertThat(first.model.requests()).hasSize(2);
  }

  @Test
  void ownerDiesWhileARetryWaits_onAClockAheadOfTheDatabases_theRetryComesWhenItWasAnnounced() {
    second.clockAhead = Duration.ofMinutes(1);
    first.model.last().fail(ScriptedModel.retryAfter(Duration.ofSeconds(20)));
    first.thread.settle();
    first.kill();

    second.advance(Duration.ofSeconds(19));
    assertThat(second.row(chat.id()).ownership()).isNotNull();
    assertThat(first.model.requests()).hasSize(1);

    second.advance(Duration.ofSeconds(2));
    assertThat(first.model.requests()).hasSize(2);
  }

  @Test
  void workersLoopHangs_itBeatsNoMore_andAnotherTakesItsTurns() {
    var hanging = new CountDownLatch(1);
    first.store.acquireHeld = hanging;
    first.advance(Duration.ofSeconds(7));
    assertThat(states()).containsOnly(Replica.State.ALIVE);

    first.advance(Duration.ofSeconds(13));

    assertThat(states()).containsExactlyInAnyOrder(Replica.State.DEAD, Replica.State.ALIVE);
    answer("found");
    hanging.countDown();
    first.thread.settle();
    first.advance(Duration.ofSeconds(2));
    assertThat(states())
        .containsExactlyInAnyOrder(Replica.State.DEAD, Replica.State.ALIVE, Replica.State.ALIVE);
    assertThat(first.history(chat.id())).containsExactly("user: first", "assistant: found");
  }

  @Test
  void leave_withAQueue_commitsTheStep_andLeavesTheNextQuestionToOthers() {
    first.send(chat, "second", WhenBusy.QUEUE);
    second.process.freeze(); // Nobody is to take it yet.
    var left = new AtomicBoolean();
    first.process.threads().newThread(() -> leave(left)).start();
    first.thread.settle();

    answer("lo");
    first.advance(Duration.ofSeconds(1));

    assertThat(left).isTrue();
    assertThat(first.history(chat.id()))
        .containsExactly("user: first", "assistant: Hello", "user: second");
    assertThat(first.row(chat.id()).phase()).isEqualTo(Phase.QUEUED);
    second.process.thaw();
    first.advance(Duration.ofSeconds(1));
    answer("yes");
    assertThat(first.history(chat.id())).endsWith("user: second", "assistant: yes");
  }

  private void leave(AtomicBoolean left) {
    try {
      first.membership.leave(Duration.ofSeconds(20));
      left.set(true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(String text) {
    first.model.last().say(text).complete();
    first.thread.settle();
  }

  private List<Replica.State> states() {
    return first.fixture.directory().list().stream().map(Replica::state).toList();
  }
}
