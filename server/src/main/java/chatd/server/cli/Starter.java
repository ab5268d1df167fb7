package chatd.server.cli;

import chatd.server.config.BadSettings;
import chatd.server.config.Secret;
import chatd.server.config.ServeSettings;

/// How a server is put together and started.
@FunctionalInterface
public interface Starter {

  /// Returns when the server answers. The data folder exists.
  ///
  /// @param adminToken the administrator signs in with it
  /// @throws BadSettings if a setting cannot be used
  /// @throws CannotRun if something outside is in the way; nothing is left running then
  Server start(ServeSettings settings, Secret adminToken, Progress progress);
}
