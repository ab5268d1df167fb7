package chatd.server.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// How a replica is started.
///
/// @param serve the words of the command up to `serve`
/// @param environment what else it is told: the database and the token, which are secrets
/// @param folder for what the replicas write
public record ReplicaCommand(List<String> serve, Map<String, String> environment, Path folder) {
  public ReplicaCommand {
    serve = List.copyOf(serve);
    environment = Map.copyOf(environment);
  }

  /// It must not name the secrets.
  @Override
  public String toString() {
    return String.join(" ", serve);
  }
}
