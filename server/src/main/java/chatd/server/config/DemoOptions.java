package chatd.server.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of `chatd demo`. They are said on the command line alone: a demo keeps away from the
/// settings of a server in use.
public interface DemoOptions {

  @Option(
      names = "--data-dir",
      order = 2,
      paramLabel = "FOLDER",
      description = {
        "Keeps the demo's database and logs, in the folder demo in this one",
        "(a temporary folder, deleted at the end)."
      })
  @Nullable Path dataDir();
}
