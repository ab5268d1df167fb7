package chatd;

import chatd.server.cli.Server;
import chatd.server.config.Secret;
import chatd.server.config.ServeSettings;

/// The way to a replica inside the process of a test.
public final class ServingInside {
  private ServingInside() {}

  /// Starts a replica. Returns when it answers.
  public static Server start(ServeSettings settings, Secret adminToken) {
    return Serving.prepare(settings).start(adminToken, _ -> {});
  }
}
