package chatd.engine.loop;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Senders beside the end of a mailbox, in every order that matters: nothing that was accepted is
/// lost, and "look again" waits once.
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

    @Operation
    public String close() {
      return mailbox.close().toString();
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

  @Test
  void postingAndClosing_areOneAfterTheOther() {
    options().check(Box.class);
  }

  @Test
  void mailboxThatLooksBeforeItLocks_isFoundOut() {
    assertThatThrownBy(() -> options().check(Careless.class)).isInstanceOf(AssertionError.class);
  }

  private static ModelCheckingOptions options() {
    return new ModelCheckingOptions()
        .iterations(12)
        .invocationsPerIteration(100)
        .threads(2)
        .actorsPerThread(3);
  }
}
