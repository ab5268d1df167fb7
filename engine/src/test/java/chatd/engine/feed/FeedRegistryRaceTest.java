package chatd.engine.feed;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.core.message.ChatId;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Viewers who come and go beside a feed that wants to dissolve, in every order that matters: a
/// feed that somebody was given does not go.
@Tag("slow")
class FeedRegistryRaceTest {
  private static final ChatId CHAT = new ChatId(new UUID(0, 1));
  private static final List<Feed> FEEDS =
      Stream.generate(FeedRegistryRaceTest::feed).limit(16).toList();

  /// A registry of feeds, each thread with one viewer at most.
  ///
  /// @param <F> a feed
  public abstract static class Registry<F> {
    private final @Nullable Object[] own = new Object[8];

    abstract F enter();

    abstract void leave(F feed);

    abstract boolean dissolve(F feed);

    /// A viewer comes; or it goes, and its feed looks whether it can go, too.
    @Operation
    @SuppressWarnings("unchecked")
    public void comeOrGo(@Param(gen = ThreadIdGen.class) int thread) {
      var feed = own[thread];
      if (feed == null) {
        own[thread] = enter();
      } else {
        own[thread] = null;
        leave((F) feed);
        var _ = dissolve((F) feed);
      }
    }

    /// The feed looks while this viewer is there. True: it is over all the same.
    @Operation
    @SuppressWarnings("unchecked")
    public boolean look(@Param(gen = ThreadIdGen.class) int thread) {
      return own[thread] != null && dissolve((F) own[thread]);
    }
  }

  /// What is shared by the threads of one run.
  public static class Real extends Registry<Feed> {
    private final FeedRegistry registry = new FeedRegistry();
    private int made;

    @Override
    Feed enter() {
      return registry.enter(CHAT, _ -> FEEDS.get(made++));
    }

    @Override
    void leave(Feed feed) {
      registry.leave(feed);
    }

    @Override
    boolean dissolve(Feed feed) {
      return registry.dissolve(feed);
    }
  }

  /// The same, with a count beside the map.
  public static class Careless extends Registry<AtomicInteger> {
    private final ConcurrentHashMap<ChatId, AtomicInteger> viewers = new ConcurrentHashMap<>();

    @Override
    AtomicInteger enter() {
      var feed = viewers.computeIfAbsent(CHAT, _ -> new AtomicInteger());
      feed.incrementAndGet();
      return feed;
    }

    @Override
    void leave(AtomicInteger feed) {
      feed.decrementAndGet();
    }

    @Override
    boolean dissolve(AtomicInteger feed) {
      if (feed.get() == 0) {
        viewers.remove(CHAT, feed);
      }
      return !feed.equals(viewers.get(CHAT));
    }
  }

  @Test
  void feedThatSomebodyWasGiven_doesNotGo() {
    options().check(Real.class);
  }

  @Test
  void countBesideTheMap_isFoundOut() {
    assertThatThrownBy(() -> options().check(Careless.class)).isInstanceOf(AssertionError.class);
  }

  /// A feed that is never started, and so never looks around itself.
  @SuppressWarnings("NullAway")
  private static Feed feed() {
    var nowhere = new FeedContext(null, new PlainStreamEncoder(), null, null, null, null);
    return new Feed(CHAT, nowhere, new FeedRegistry());
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
