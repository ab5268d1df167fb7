package chatd.server.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of every command that needs the data folder.
public interface PlaceOptions {
  String CONFIG = "--config";
  String DATA_DIR = "--data-dir";

  @Option(
      names = CONFIG,
      order = 1,
      paramLabel = "FILE",
      description = {
        "A properties file with more settings",
        "(chatd.properties in the data folder, if it exists)."
      })
  @Nullable Path config();

  @Option(
      names = DATA_DIR,
      order = 2,
      paramLabel = "FOLDER",
      description = {
        "Where the database and the administrator's token are kept",
        "(~/.local/share/chatd; /var/lib/chatd for root)."
      })
  Path dataDir();
}
