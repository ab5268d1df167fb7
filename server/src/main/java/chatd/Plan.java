package chatd;

import chatd.server.SystemTime;
import chatd.server.cli.CannotRun;
import chatd.server.config.BadSettings;
import chatd.server.config.Secret;
import chatd.server.config.ServeSettings;
import chatd.server.model.ApiKey;
import chatd.server.model.BadModelSettings;
import chatd.server.model.ConfiguredModels;
import chatd.server.model.ModelSettings;
import chatd.server.model.ProviderRules;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What is known of a replica before anything of it is made: settings that were checked.
record Plan(ServeSettings settings, SystemTime time, ConfiguredModels models) {

  /// Checks the settings, and that nobody listens at the address yet.
  ///
  /// @throws BadSettings if a value does not do
  /// @throws CannotRun if the address is taken
  static Plan of(ServeSettings settings) {
    var _ = Storage.external(settings);
    var time = new SystemTime();
    var models = settings.models();
    var key = models.openAiApiKey();
    var plan =
        new Plan(
            settings,
            time,
            checked(() ->
                new ConfiguredModels(
                    new ModelSettings(
                        models.model(),
                        models.openAiBaseUrl(),
                        key == null ? null : new ApiKey(key.value())),
                    time)));
    var _ = plan.rules(models.providers().encryptionKey());
    requireFree(settings.listening());
    return plan;
  }

  /// What administrators may add, with the key that keeps their secrets.
  ProviderRules rules(@Nullable Secret encryptionKey) {
    var allowPrivate = settings.models().providers().allowPrivate();
    return checked(
        () -> ProviderRules.of(allowPrivate, encryptionKey == null ? null : encryptionKey.value()));
  }

  private static <T> T checked(Supplier<T> made) {
    try {
      return made.get();
    } catch (BadModelSettings e) {
      throw new BadSettings(String.valueOf(e.getMessage()));
    }
  }

  /// Starting a database only to find that the port is taken would cost seconds.
  private static void requireFree(ServeSettings.Listening listening) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(listening.host(), listening.port()));
    } catch (IOException e) {
      throw cannotListen(listening, e);
    }
  }

  /// Says that the address cannot be used.
  static CannotRun cannotListen(ServeSettings.Listening listening, IOException failure) {
    var cause = failure.getCause() == null ? failure : failure.getCause();
    return new CannotRun(
        "Listening on %s:%d fails: %s; choose another address with --host or --port."
            .formatted(listening.host(), listening.port(), cause.getMessage()),
        failure);
  }
}
