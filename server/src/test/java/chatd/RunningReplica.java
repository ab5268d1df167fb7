package chatd;

import chatd.server.cli.Server;
import chatd.server.config.PlaceOptions;
import chatd.server.config.Secret;
import chatd.server.config.ServeOptions;
import chatd.server.config.ServeSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// A replica in the process of a test, with the demo model.
record RunningReplica(Server server) implements AutoCloseable {
  static final String TOKEN = "the-token-of-the-tests";

  static RunningReplica start(Path folder, String databaseUrl) {
    var settings = settings(folder, "--port", "0", "--database-url", databaseUrl);
    return new RunningReplica(ServingInside.start(settings, new Secret(TOKEN)));
  }

  /// The settings that these words say.
  static ServeSettings settings(Path folder, String... words) {
    var place = CommandSpec.forAnnotatedObject(PlaceOptions.class);
    var options = CommandSpec.forAnnotatedObject(ServeOptions.class);
    var command = CommandSpec.create();
    command.addMixin("place", place);
    command.addMixin("options", options);
    var all = new ArrayList<>(List.of("--data-dir", folder.toString(), "--admin-token", TOKEN));
    all.addAll(List.of(words));
    var _ = new CommandLine(command).parseArgs(all.toArray(String[]::new));
    return ServeSettings.of((PlaceOptions) place.userObject(), (ServeOptions) options.userObject());
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  @Override
  public void close() {
    server.stop();
  }
}
