package chatd.engine.loop;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Senders beside the loop of a mailbox, which takes and ends it, in every order that matters:
/// nothing that was accepted is lost, and "look again" waits once and is taken after it was posted.
@Tag("slow")
class MailboxRaceTest {

  /// What is shared by the threads of one run.
  public static class Box {
    private final Mailbox<String> mailbox = new Mailbox<>();

    @Operation
    public boolean post() {
      return mailbox.post("event");
    }

    @Operation
    public boolean postOnce() {
      return mailbox.postOnce("look");
    }

    @Operation(nonParallelGroup = "loop")
    public String close() {
      return mailbox.close().toString();
    }

    /// What the loop takes, in no order. It posts first, so that there is something to take.
    @Operation(nonParallelGroup = "loop")
    public String take() throws InterruptedException {
      mailbox.postOnce("look");
      return mailbox.take().stream().sorted().toList().toString();
    }
  }

  /// The same, with a look at the end that is not one step with adding.
  public static class Careless {
    private final List<String> waiting = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    @Operation
    public boolean post() {
      return !closed && waiting.add("event");
    }

    @Operation
    public String close() {
      closed = true;
      var taken = waiting.toString();
      waiting.clear();
      return taken;
    }
  }

  /// The same, which forgets that "look again" waits a moment after it was taken.
  public static class Late {
    private final List<String> waiting = new ArrayList<>();
    private boolean looks;

    @Operation
    public void postOnce() {
      synchronized (waiting) {
        if (!looks) {
          looks = true;
          waiting.add("look");
        }
      }
    }

    @Operation(nonParallelGroup = "loop")
    public String take() {
      String taken;
      synchronized (waiting) {
        taken = waiting.toString();
        waiting.clear();
      }
      synchronized (waiting) {
        looks = false;
      }
      return taken;
    }
  }

  @Test
  void postingTakingAndClosing_areOneAfterTheOther() {
    options().check(Box.class);
  }

  @Test
  void mailboxThatLooksBeforeItLocks_isFoundOut() {
    assertThatThrownBy(() -> options().check(Careless.class)).isInstanceOf(AssertionError.class);
  }

  @Test
  void mailboxThatForgetsALookTooLate_isFoundOut() {
    assertThatThrownBy(() -> options().check(Late.class)).isInstanceOf(AssertionError.class);
  }

  private static ModelCheckingOptions options() {
    return new ModelCheckingOptions()
        .iterations(8)
        .invocationsPerIteration(100)
        .threads(2)
        .actorsBefore(1)
        .actorsPerThread(3)
        .actorsAfter(1);
  }
}
