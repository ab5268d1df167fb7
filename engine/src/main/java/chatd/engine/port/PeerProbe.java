package chatd.engine.port;

import chatd.core.runner.PeerWatch.Answer;
import java.util.function.Consumer;

/// Asks who answers at the address of another replica.
public interface PeerProbe {

  /// Asks, and calls back exactly once within a few seconds, on any thread. Never blocks.
  void ask(String address, Consumer<Answer> answer);
}
