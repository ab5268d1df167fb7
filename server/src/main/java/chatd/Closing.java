package chatd;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What has to be closed when a server ends, or when its start fails half-way: the last opened
/// first.
final class Closing {
  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

  private final Deque<Runnable> steps = new ArrayDeque<>();

  void then(Runnable step) {
    steps.push(step);
  }

  /// Runs every step once; one that fails does not keep the others from theirs.
  void run() {
    while (!steps.isEmpty()) {
      try {
        steps.pop().run();
      } catch (RuntimeException e) {
        LOG.warn("Something could not be closed", e);
      }
    }
  }
}
