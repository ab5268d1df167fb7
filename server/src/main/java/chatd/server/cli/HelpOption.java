package chatd.server.cli;

import picocli.CommandLine.Option;

/// What every command answers without doing anything.
interface HelpOption {
  @Option(
      names = {"-h", "--help"},
      order = 100,
      usageHelp = true,
      description = "Shows this text.")
  boolean help();
}
