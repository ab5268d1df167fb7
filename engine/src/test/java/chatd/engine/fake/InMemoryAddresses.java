package chatd.engine.fake;

import chatd.core.runner.PeerWatch.Answer;
import chatd.engine.port.PeerProbe;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Who answers where in an in-memory deployment. Nobody listens at an unknown address.
public final class InMemoryAddresses implements PeerProbe {
  private final Map<String, Supplier<Answer>> answers = new ConcurrentHashMap<>();

  public void listen(String address, Supplier<Answer> answer) {
    answers.put(address, answer);
  }

  /// Nobody listens there any more.
  public void close(String address) {
    answers.remove(address);
  }

  @Override
  public void ask(String address, Consumer<Answer> answer) {
    answer.accept(answers.getOrDefault(address, Answer.Refused::new).get());
  }
}
