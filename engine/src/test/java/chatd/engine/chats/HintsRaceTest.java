package chatd.engine.chats;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.core.chat.ChatStatus;
import chatd.core.chat.Versions;
import chatd.core.message.ChatId;
import chatd.engine.fake.InMemoryPubsub;
import chatd.engine.loop.Subscription;
import chatd.engine.port.Hint;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Listeners of one chat that come and go beside a hint, in every order that matters: whoever has
/// subscribed hears it.
@Tag("slow")
class HintsRaceTest {
  private static final ChatId CHAT = new ChatId(new UUID(0, 1));
  private static final Hint HINT = new Hint(CHAT, Versions.NONE, ChatStatus.WAITING, null, null);

  /// A registry of listeners, each thread with one subscription at most.
  public abstract static class Registry {
    private final @Nullable Subscription[] own = new Subscription[8];
    private final ThreadLocal<Integer> heard = ThreadLocal.withInitial(() -> 0);

    abstract Subscription subscribe(Consumer<Hint> listener);

    abstract void announce();

    /// Subscribes, or ends the subscription that there is.
    @Operation
    public void comeOrGo(@Param(gen = ThreadIdGen.class) int thread) {
      var subscription = own[thread];
      if (subscription == null) {
        own[thread] = subscribe(_ -> heard.set(heard.get() + 1));
      } else {
        own[thread] = null;
        subscription.end();
      }
    }

    /// How many listeners hear a hint.
    @Operation
    public int hint() {
      heard.set(0);
      announce();
      return heard.get();
    }
  }

  /// What is shared by the threads of one run.
  public static class Real extends Registry {
    private final Hints hints = new Hints(new InMemoryPubsub().member());

    @Override
    Subscription subscribe(Consumer<Hint> listener) {
      return hints.subscribe(CHAT, listener);
    }

    @Override
    void announce() {
      hints.hinted(HINT);
    }
  }

  /// The same, with a list that is found in one step and used in the next.
  public static class Careless extends Registry {
    private final ConcurrentHashMap<ChatId, List<Consumer<Hint>>> byChat =
        new ConcurrentHashMap<>();

    @Override
    Subscription subscribe(Consumer<Hint> listener) {
      byChat.computeIfAbsent(CHAT, _ -> new CopyOnWriteArrayList<>()).add(listener);
      return () -> {
        var listeners = byChat.getOrDefault(CHAT, List.of());
        listeners.remove(listener);
        if (listeners.isEmpty()) {
          byChat.remove(CHAT);
        }
      };
    }

    @Override
    void announce() {
      byChat.getOrDefault(CHAT, List.of()).forEach(listener -> listener.accept(HINT));
    }
  }

  @Test
  void whoeverHasSubscribed_isToldOfEveryHint() {
    options().check(Real.class);
  }

  @Test
  void listenersThatAreFoundBeforeTheyAreChanged_areFoundOut() {
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
