package chatd;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/// The `chatd` command.
@Command(
    name = "chatd",
    description = "A self-hosted server for AI chats and agents.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
public final class Main {

  private Main() {}

  /// Runs the command and ends the process with its exit code: 2 for wrong use, 1 for a failure.
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  /// One start and stop of what a server needs, made once by the build to fill the AOT cache.
  @Command(name = "train", hidden = true)
  int train() {
    return CommandLine.ExitCode.OK;
  }

  /// The version of the jar this class was loaded from.
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"chatd " + (version == null ? "of a source tree" : version)};
    }
  }
}
