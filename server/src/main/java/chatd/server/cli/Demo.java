package chatd.server.cli;

import chatd.server.config.Secret;
import java.nio.file.Path;

/// How the demo is played.
@FunctionalInterface
public interface Demo {

  /// Returns when it is over and nothing of it is running.
  ///
  /// @throws CannotRun if something outside is in the way; nothing is left running then
  void play(Stage stage) throws InterruptedException;

  /// What it is played on.
  ///
  /// @param folder exists, and belongs to the demo alone
  /// @param adminToken the administrator signs in with it to each replica
  record Stage(
      Program program,
      Path folder,
      Secret adminToken,
      Terminal terminal,
      EndRequests endRequests) {}
}
