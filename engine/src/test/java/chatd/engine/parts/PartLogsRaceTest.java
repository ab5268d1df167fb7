package chatd.engine.parts;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.core.message.ChatId;
import chatd.core.message.Role;
import chatd.core.part.EncodedPart;
import chatd.core.part.Episode;
import chatd.core.part.PartLog;
import chatd.engine.loop.Subscription;
import chatd.engine.port.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A feed that begins and ceases to listen, beside attempts that open logs and logs whose time is
/// over, in every order that matters: whoever has subscribed hears of the parts that follow, and
/// what nobody needs is gone.
@Tag("slow")
class PartLogsRaceTest {
  private static final ChatId CHAT = new ChatId(new UUID(0, 1));
  private static final EncodedPart PART =
      EncodedPart.whole(Role.ASSISTANT, "{}".getBytes(US_ASCII));

  /// What is kept of a chat, with one listener at most.
  public abstract static class Shelves {
    private @Nullable Subscription subscription;
    private int heard;

    abstract void open(long attempt);

    /// Opens a log and numbers a part in it.
    abstract void number(long attempt);

    /// The time of the newest log is over.
    @Operation
    public abstract void expire();

    /// The attempt of the newest log, 0 if there is none.
    @Operation
    public abstract long newest();

    abstract Subscription subscribe(Runnable appended);

    @Operation
    public void openFirst() {
      open(1);
    }

    @Operation
    public void openSecond() {
      open(2);
    }

    /// The feed listens, or ceases to.
    @Operation(nonParallelGroup = "feed")
    public void comeOrGo() {
      if (subscription == null) {
        subscription = subscribe(() -> heard++);
      } else {
        subscription.end();
        subscription = null;
      }
    }

    @Validate
    public void whoeverHasSubscribedHears() {
      var expected = subscription == null ? 0 : 1;
      number(3);
      if (heard != expected) {
        throw new IllegalStateException("heard " + heard + " times instead of " + expected);
      }
    }
  }

  /// What is shared by the threads of one run.
  public static class Real extends Shelves {
    private final PartLogs logs =
        new PartLogs(new NoTime(), new PartLogs.Limits(Duration.ofSeconds(15), 1000));

    @Override
    void open(long attempt) {
      logs.open(CHAT, new Episode(1, attempt));
    }

    @Override
    void number(long attempt) {
      logs.open(CHAT, new Episode(1, attempt)).append(PART);
    }

    @Override
    public void expire() {
      var log = logs.newest(CHAT);
      if (log != null) {
        logs.sealed(CHAT, log);
      }
    }

    @Override
    public long newest() {
      var log = logs.newest(CHAT);
      return log == null ? 0 : log.episode().attempt();
    }

    @Override
    Subscription subscribe(Runnable appended) {
      return logs.subscribe(
          CHAT,
          new PartListener() {
            @Override
            public void appended(Episode episode) {
              appended.run();
            }

            @Override
            public void sealed(Episode episode) {}
          });
    }
  }

  /// The same, with a shelf that is found in one step and changed in the next.
  public static class Careless extends Shelves {
    private final ConcurrentHashMap<ChatId, Shelf> shelves = new ConcurrentHashMap<>();

    private static final class Shelf {
      private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
      private volatile @Nullable PartLog log;
    }

    private Shelf shelf() {
      return shelves.computeIfAbsent(CHAT, _ -> new Shelf());
    }

    private void tidy(Shelf shelf) {
      if (shelf.log == null && shelf.listeners.isEmpty()) {
        shelves.remove(CHAT, shelf);
      }
    }

    @Override
    void open(long attempt) {
      shelf().log = new PartLog(new Episode(1, attempt));
    }

    @Override
    void number(long attempt) {
      open(attempt);
      shelf().listeners.forEach(Runnable::run);
    }

    @Override
    public void expire() {
      var shelf = shelf();
      shelf.log = null;
      tidy(shelf);
    }

    @Override
    public long newest() {
      var shelf = shelves.get(CHAT);
      var log = shelf == null ? null : shelf.log;
      return log == null ? 0 : log.episode().attempt();
    }

    @Override
    Subscription subscribe(Runnable appended) {
      shelf().listeners.add(appended);
      return () -> {
        var shelf = shelf();
        shelf.listeners.remove(appended);
        tidy(shelf);
      };
    }
  }

  /// A clock on which every time has come.
  private static final class NoTime implements Time {
    @Override
    public Instant now() {
      return Instant.EPOCH;
    }

    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
      action.run();
      return () -> {};
    }
  }

  @Test
  void whoeverHasSubscribed_hearsOfTheNextLog() {
    options().check(Real.class);
  }

  @Test
  void shelfThatIsFoundBeforeItIsChanged_isFoundOut() {
    assertThatThrownBy(() -> options().check(Careless.class)).isInstanceOf(AssertionError.class);
  }

  private static ModelCheckingOptions options() {
    // The collections of the JDK are what they say: each call is one step.
    var collections =
        ManagedStrategyGuaranteeKt.forClasses(
            ConcurrentHashMap.class.getName(), CopyOnWriteArrayList.class.getName());
    return new ModelCheckingOptions()
        .addGuarantee(collections.allMethods().treatAsAtomic())
        .iterations(12)
        .invocationsPerIteration(150)
        .threads(2)
        .actorsBefore(1)
        .actorsPerThread(3)
        .actorsAfter(1);
  }
}
