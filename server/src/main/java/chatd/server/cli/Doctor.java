package chatd.server.cli;

import chatd.server.config.BadSettings;
import chatd.server.config.ServeSettings;
import java.util.function.Consumer;

/// How it is found out whether a server with some settings would work here.
@FunctionalInterface
public interface Doctor {

  /// Looks at everything a server needs, and leaves it as it was. Each finding is told as soon as
  /// it is there.
  ///
  /// @throws BadSettings if a setting cannot be understood
  void examine(ServeSettings settings, Consumer<Finding> tell) throws InterruptedException;
}
