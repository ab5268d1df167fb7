package chatd.server.cli;

import org.slf4j.LoggerFactory;

/// How the system asks this process to end.
@FunctionalInterface
public interface EndRequests {

  /// Has `stop` run once the process is asked to end.
  void onEndRequest(Runnable stop);

  /// A signal, such as Ctrl-C. The process ends when `stop` returns, and its exit code then tells
  /// whether it ended in order rather than by which signal.
  static EndRequests ofProcess() {
    return stop ->
        Runtime.getRuntime()
            .addShutdownHook(Thread.ofPlatform().name("end").unstarted(() -> end(stop)));
  }

  private static void end(Runnable stop) {
    var code = 1;
    try {
      stop.run();
      code = 0;
    } catch (RuntimeException failure) {
      LoggerFactory.getLogger(EndRequests.class).error("The server did not stop in order", failure);
    } finally {
      Runtime.getRuntime().halt(code); // Nothing else runs in this hour of a process.
    }
  }
}
