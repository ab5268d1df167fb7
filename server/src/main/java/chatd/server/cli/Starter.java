package chatd.server.cli;

import chatd.server.config.BadSettings;
import chatd.server.config.Secret;
import chatd.server.config.ServeSettings;

/// How a server is put together and started.
@FunctionalInterface
public interface Starter {

  /// Checks what can be checked before anything is made: a start that is refused leaves nothing.
  ///
  /// @throws BadSettings if a setting cannot be used
  /// @throws CannotRun if something outside is in the way
  Prepared prepare(ServeSettings settings);

  /// A server that may be started, once.
  @FunctionalInterface
  interface Prepared {

    /// Returns when the server answers. The data folder exists.
    ///
    /// @param adminToken the administrator signs in with it
    /// @throws CannotRun if something outside is in the way; nothing is left running then
    Server start(Secret adminToken, Progress progress);
  }
}
