package chatd;

import chatd.server.cli.Commands;
import chatd.server.cli.EndRequests;
import chatd.server.cli.Logging;
import chatd.server.cli.Program;
import chatd.server.cli.Terminal;
import chatd.server.config.Sources;
import chatd.server.model.OpenAiClient;

/// The `chatd` command.
public final class Main {
  private Main() {}

  /// Runs the command and ends the process with its exit code: 2 for wrong use, 1 for a failure.
  public static void main(String[] args) {
    Logging.begin();
    OpenAiClient.allowNamingTheHost();
    var commands =
        new Commands(
            Terminal.ofProcess(),
            Sources.ofProcess(),
            new Program(System.getProperty("chatd.command", "chatd"), Version.current()),
            Serving::prepare,
            DemoPlay::play,
            Examination::begin,
            EndRequests.ofProcess());
    System.exit(commands.run(args));
  }
}
