package chatd;

import chatd.server.cli.Commands;
import chatd.server.cli.Terminal;
import chatd.server.config.Sources;
import java.util.concurrent.CountDownLatch;

/// The `chatd` command.
public final class Main {
  private Main() {}

  /// Runs the command and ends the process with its exit code: 2 for wrong use, 1 for a failure.
  public static void main(String[] args) {
    var ended = new CountDownLatch(1);
    var commands =
        new Commands(
            Terminal.ofProcess(),
            Sources.ofProcess(),
            Version.current(),
            Serving::start,
            stop -> Runtime.getRuntime().addShutdownHook(hook(stop, ended)));
    var code = commands.run(args);
    ended.countDown();
    System.exit(code);
  }

  /// Stops the server, and lets the command say goodbye before the process is gone.
  private static Thread hook(Runnable stop, CountDownLatch ended) {
    return Thread.ofPlatform()
        .name("stop")
        .unstarted(
            () -> {
              stop.run();
              try {
                ended.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }
}
