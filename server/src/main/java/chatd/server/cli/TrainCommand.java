package chatd.server.cli;

import chatd.server.config.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/// `chatd train`: one ordinary start on a folder of its own, a first conversation, and a stop in
/// order. The JVM records what was loaded meanwhile, and later starts find it prepared.
final class TrainCommand implements Callable<Integer> {
  private final Program program;
  private final Terminal terminal;
  private final Starter starter;

  TrainCommand(Program program, Terminal terminal, Starter starter) {
    this.program = program;
    this.terminal = terminal;
    this.starter = starter;
  }

  @Override
  public Integer call() throws IOException {
    var folder = Files.createTempDirectory("chatd-training");
    try {
      // Under root the embedded PostgreSQL runs as another user, who must get through.
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
      return serve(folder.resolve("data"));
    } finally {
      delete(folder);
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

  private static void delete(Path tree) throws IOException {
    try (var paths = Files.walk(tree)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
