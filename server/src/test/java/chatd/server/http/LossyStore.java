package chatd.server.http;

import chatd.engine.port.ChatStore;
import chatd.engine.port.Outcome;
import chatd.engine.port.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Stands before a store and spoils changes: loses the answers of what was done, or answers or
/// fails without doing anything. Readings pass.
final class LossyStore {
  private final AtomicInteger toLose = new AtomicInteger();
  private final AtomicReference<StoreException.@Nullable Kind> broken = new AtomicReference<>();
  private final AtomicReference<@Nullable Outcome> instead = new AtomicReference<>();

  /// The next so many changes are made, and nobody hears of it.
  void loseAnswers(int count) {
    toLose.set(count);
  }

  /// Every change fails; null: no more.
  void breakWith(StoreException.@Nullable Kind kind) {
    broken.set(kind);
  }

  /// Every change is answered so; null: no more.
  void answerWith(@Nullable Outcome outcome) {
    instead.set(outcome);
  }

  ChatStore around(ChatStore store) {
    return (ChatStore)
        Proxy.newProxyInstance(
            ChatStore.class.getClassLoader(),
            new Class<?>[] {ChatStore.class},
            (_, method, arguments) ->
                method.getReturnType() == Outcome.class
                    ? spoiled(() -> method.invoke(store, arguments))
                    : passed(() -> method.invoke(store, arguments)));
  }

  private interface Call {
    Object make() throws IllegalAccessException, InvocationTargetException;
  }

  private Object spoiled(Call call) throws Throwable {
    var kind = broken.get();
    if (kind != null) {
      throw new StoreException(kind, "broken by the test");
    }
    var other = instead.get();
    if (other != null) {
      return other;
    }
    var answer = passed(call);
    if (toLose.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      throw new StoreException(StoreException.Kind.OUTCOME_UNKNOWN, "lost by the test");
    }
    return answer;
  }

  private static Object passed(Call call) throws Throwable {
    try {
      return call.make();
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
