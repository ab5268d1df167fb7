package chatd.e2e;

import chatd.ServingInside;
import chatd.server.cli.Server;
import chatd.server.config.PlaceOptions;
import chatd.server.config.Secret;
import chatd.server.config.ServeOptions;
import chatd.server.config.ServeSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// A running chatd, in this process or in one of its own.
interface Replica extends AutoCloseable {

  int port();

  default ApiClient client() {
    return new ApiClient(port(), Setup.TOKEN);
  }

  /// Ends it in order.
  @Override
  void close();

  /// How a replica is started.
  ///
  /// @param databaseUrl null: the embedded one in `folder`
  /// @param options more of the command line
  record Setup(
      Path folder, @Nullable String databaseUrl, URI provider, int port, List<String> options) {
    static final String TOKEN = "the-token-of-the-tests";

    public Setup {
      options = List.copyOf(options);
    }

    Setup with(String... more) {
      var all = new ArrayList<>(options);
      all.addAll(List.of(more));
      return new Setup(folder, databaseUrl, provider, port, all);
    }

    Setup onPort(int fixed) {
      return new Setup(folder, databaseUrl, provider, fixed, options);
    }

    /// Reaches the database at another port.
    Setup withDatabaseAt(int other) {
      var url = URI.create(String.valueOf(databaseUrl).substring("jdbc:".length()));
      var moved = String.valueOf(databaseUrl).replace(":" + url.getPort() + "/", ":" + other + "/");
      return new Setup(folder, moved, provider, port, options);
    }

    /// The words behind `chatd serve`.
    List<String> words() {
      var words = new ArrayList<String>();
      words.addAll(List.of("--data-dir", folder.toString(), "--port", Integer.toString(port)));
      words.addAll(List.of("--admin-token", TOKEN, "--log-level", "warn"));
      words.addAll(List.of("--model", "openai/fake", "--openai-base-url", provider.toString()));
      words.addAll(List.of("--openai-api-key", "sk-of-the-tests"));
      if (databaseUrl != null) {
        words.addAll(List.of("--database-url", databaseUrl));
      }
      words.addAll(options);
      return words;
    }

    /// Starts a replica in this process.
    Replica startInside() {
      var place = CommandSpec.forAnnotatedObject(PlaceOptions.class);
      var options = CommandSpec.forAnnotatedObject(ServeOptions.class);
      var command = CommandSpec.create();
      command.addMixin("place", place);
      command.addMixin("options", options);
      var _ = new CommandLine(command).parseArgs(words().toArray(String[]::new));
      var settings =
          ServeSettings.of((PlaceOptions) place.userObject(), (ServeOptions) options.userObject());
      return new Inside(ServingInside.start(settings, new Secret(TOKEN)));
    }
  }

  /// A replica in this process.
  record Inside(Server server) implements Replica {
    @Override
    public int port() {
      return server.port();
    }

    @Override
    public void close() {
      server.stop();
    }
  }
}
