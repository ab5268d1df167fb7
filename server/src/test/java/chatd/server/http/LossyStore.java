package chatd.server.http;

import chatd.engine.port.ChatStore;
import chatd.engine.port.Outcome;
import chatd.engine.port.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// Stands before a store and loses answers of what it did, or fails before it does anything.
final class LossyStore {
  private final AtomicInteger toLose = new AtomicInteger();
  private final AtomicReference<StoreException.Kind> broken = new AtomicReference<>();

  void loseAnswers(int count) {
    toLose.set(count);
  }

  void breakWith(StoreException.Kind kind) {
    broken.set(kind);
  }

  ChatStore around(ChatStore store) {
    return (ChatStore)
        Proxy.newProxyInstance(
            ChatStore.class.getClassLoader(),
            new Class<?>[] {ChatStore.class},
            (_, method, arguments) -> {
              var changes = method.getReturnType() == Outcome.class;
              var kind = broken.get();
              if (changes && kind != null) {
                throw new StoreException(kind, "broken by the test");
              }
              try {
                var answer = method.invoke(store, arguments);
                if (changes && toLose.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                  throw new StoreException(
                      StoreException.Kind.OUTCOME_UNKNOWN, "lost by the test");
                }
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
