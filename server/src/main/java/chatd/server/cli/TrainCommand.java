package chatd.server.cli;

import chatd.server.config.Sources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/// `chatd train`: one ordinary start on a folder of its own, a first conversation, and a stop in
/// order. The JVM records what was loaded meanwhile, and later starts find it prepared.
final class TrainCommand implements Callable<Integer> {
  private final Program program;
  private final Terminal terminal;
  private final Starter starter;
  private final Demo demo;

  TrainCommand(Program program, Terminal terminal, Starter starter, Demo demo) {
    this.program = program;
    this.terminal = terminal;
    this.starter = starter;
    this.demo = demo;
  }

  @Override
  public Integer call() throws IOException {
    var folder = DataFolder.temporary("chatd-training");
    try {
      return serve(folder.resolve("data"));
    } finally {
      DataFolder.delete(folder);
    }
  }

  private int serve(Path dataDir) {
    var visit = new CompletableFuture<TrainingVisit>();
    Starter observed =
        settings -> {
          var prepared = starter.prepare(settings);
          return (token, progress) -> {
            var server = prepared.start(token, progress);
            visit.complete(new TrainingVisit(server.port(), token));
            return server;
          };
        };
    // No environment: it may hold the settings of a server in use.
    return new Commands(
            terminal,
            Sources.none(dataDir),
            program,
            observed,
            demo,
            (_, _) -> {},
            (stop, _) ->
                Thread.ofVirtual().name("training").start(() -> visitAndStop(visit.join(), stop)))
        .run("serve", "--port", "0");
  }

  private static void visitAndStop(TrainingVisit visit, Runnable stop) {
    try {
      visit.talk();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      stop.run();
    }
  }
}
