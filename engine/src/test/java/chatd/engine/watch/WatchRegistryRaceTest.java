package chatd.engine.watch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.core.message.UserId;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// People who begin and cease to watch for one user, in every order that matters: whoever watches
/// is found by the loop that hears of changes, until all begin anew.
@Tag("slow")
class WatchRegistryRaceTest {
  private static final UserId USER = new UserId(new UUID(0, 1));

  /// A registry of sources, each thread with one who watches at most.
  ///
  /// @param <S> the source of a user
  public abstract static class Registry<S> {
    private final @Nullable Object[] own = new Object[8];

    abstract S enter();

    abstract void leave(S source);

    abstract void forget(S source);

    abstract @Nullable S find();

    @Operation
    @SuppressWarnings("unchecked")
    public void comeOrGo(@Param(gen = ThreadIdGen.class) int thread) {
      var source = own[thread];
      if (source == null) {
        own[thread] = enter();
      } else {
        own[thread] = null;
        leave((S) source);
      }
    }

    @Operation
    @SuppressWarnings("unchecked")
    public void forget(@Param(gen = ThreadIdGen.class) int thread) {
      if (own[thread] != null) {
        forget((S) own[thread]);
      }
    }

    /// Whether the source that this thread entered is the one that hears of changes.
    @Operation
    public boolean isFound(@Param(gen = ThreadIdGen.class) int thread) {
      return own[thread] != null && own[thread].equals(find());
    }
  }

  /// What is shared by the threads of one run.
  public static class Real extends Registry<WatchedUser> {
    private final WatchRegistry registry = new WatchRegistry();

    @Override
    WatchedUser enter() {
      return registry.enter(USER);
    }

    @Override
    void leave(WatchedUser source) {
      registry.leave(source);
    }

    @Override
    void forget(WatchedUser source) {
      registry.forget(source);
    }

    @Override
    @Nullable WatchedUser find() {
      return registry.find(USER);
    }
  }

  /// The same, with a count beside the map.
  public static class Careless extends Registry<AtomicInteger> {
    private final ConcurrentHashMap<UserId, AtomicInteger> watchers = new ConcurrentHashMap<>();

    @Override
    AtomicInteger enter() {
      var source = watchers.computeIfAbsent(USER, _ -> new AtomicInteger());
      source.incrementAndGet();
      return source;
    }

    @Override
    void leave(AtomicInteger source) {
      if (source.decrementAndGet() == 0) {
        watchers.remove(USER, source);
      }
    }

    @Override
    void forget(AtomicInteger source) {
      watchers.remove(USER, source);
    }

    @Override
    @Nullable AtomicInteger find() {
      return watchers.get(USER);
    }
  }

  @Test
  void whoeverWatches_isFound() {
    options().check(Real.class);
  }

  @Test
  void countBesideTheMap_isFoundOut() {
    assertThatThrownBy(() -> options().check(Careless.class)).isInstanceOf(AssertionError.class);
  }

  private static ModelCheckingOptions options() {
    // The collections of the JDK are what they say: each call is one step.
    var collections = ManagedStrategyGuaranteeKt.forClasses(ConcurrentHashMap.class.getName());
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
