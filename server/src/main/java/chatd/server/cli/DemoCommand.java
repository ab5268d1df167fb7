package chatd.server.cli;

import chatd.server.config.DemoOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/// `chatd demo`: plays the demo on a folder of its own, which is gone afterwards unless one was
/// named.
final class DemoCommand implements Callable<Integer> {
  private final DemoOptions options;
  private final Program program;
  private final Terminal terminal;
  private final Demo demo;
  private final EndRequests endRequests;

  DemoCommand(
      DemoOptions options, Program program, Terminal terminal, Demo demo, EndRequests endRequests) {
    this.options = options;
    this.program = program;
    this.terminal = terminal;
    this.demo = demo;
    this.endRequests = endRequests;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    var kept = options.dataDir();
    if (kept != null) {
      // In a folder below it, so that the data of a server in use are never touched.
      return play(kept.toAbsolutePath().normalize().resolve("demo"));
    }
    var folder = DataFolder.temporary("chatd-demo");
    try {
      return play(folder.resolve("data"));
    } finally {
      DataFolder.delete(folder);
      terminal.out().println("Nothing of the demo is left.");
    }
  }

  private int play(Path folder) throws InterruptedException {
    DataFolder.open(folder);
    var token = AdminToken.keptIn(folder);
    demo.play(new Demo.Stage(program, folder, token, terminal, endRequests));
    return 0;
  }
}
