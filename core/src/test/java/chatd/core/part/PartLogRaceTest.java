package chatd.core.part;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.core.message.Role;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Readers beside the writer of a part log, in every order that matters.
@Tag("slow")
class PartLogRaceTest {
  private static final EncodedPart PART =
      new EncodedPart(Role.ASSISTANT, new byte[0], "x".getBytes(US_ASCII), new byte[0]);

  /// What is shared by the threads of one run.
  public static class Log {
    private final PartLog log = new PartLog(new Episode(1, 1));

    @Operation
    public long append() {
      return log.append(PART).orElse(0);
    }

    @Operation
    public long seal() {
      return log.seal();
    }

    @Operation
    public long last() {
      return log.last();
    }

    @Operation
    public String read() {
      return render(log.read(1, 100));
    }

    /// What a link would send.
    @Operation
    public int readRun() {
      var run = log.readRun(2, 100);
      return run == null ? 0 : run.count();
    }
  }

  /// The same without the lock around numbering.
  public static class Careless {
    private volatile long last;
    private volatile boolean sealed;

    @Operation
    public long append() {
      if (sealed) {
        return 0;
      }
      var next = last + 1;
      last = next;
      return next;
    }

    @Operation
    public long seal() {
      sealed = true;
      return last;
    }
  }

  /// The same, with a part that is counted before it is there.
  public static class Hasty {
    private final byte[] text = new byte[16];
    private volatile int count;

    @Operation(nonParallelGroup = "writer")
    public int append() {
      var next = count + 1;
      count = next;
      text[next - 1] = 'x';
      return next;
    }

    @Operation
    public String read() {
      return new String(text, 0, count, US_ASCII);
    }
  }

  @Test
  void numberingSealingAndReading_areOneAfterTheOther() {
    options().check(Log.class);
  }

  @Test
  void logWithoutALock_isFoundOut() {
    assertThatThrownBy(() -> options().check(Careless.class)).isInstanceOf(AssertionError.class);
  }

  @Test
  void logThatCountsBeforeItWrites_isFoundOut() {
    assertThatThrownBy(() -> options().check(Hasty.class)).isInstanceOf(AssertionError.class);
  }

  private static ModelCheckingOptions options() {
    return new ModelCheckingOptions()
        .iterations(15)
        .invocationsPerIteration(200)
        .threads(2)
        .actorsBefore(1)
        .actorsPerThread(3)
        .actorsAfter(1);
  }

  private static String render(@Nullable PartFrame frame) {
    return frame == null
        ? ""
        : frame.lastSeq()
            + new String(
                frame.delta().array(), frame.delta().from(), frame.delta().length(), US_ASCII);
  }
}
