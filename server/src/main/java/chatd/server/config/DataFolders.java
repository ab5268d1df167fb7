package chatd.server.config;

import java.nio.file.Path;
import java.util.Map;

/// Where data goes when nobody says.
final class DataFolders {

  private DataFolders() {}

  /// For root it is below `/var/lib`, because the embedded PostgreSQL then runs as another user,
  /// and the home of root is closed to that one.
  static Path usual(Map<String, String> environment, String user, Path home) {
    if (user.equals("root")) {
      return Path.of("/var/lib/chatd");
    }
    var data = environment.getOrDefault("XDG_DATA_HOME", "");
    var parent = data.startsWith("/") ? Path.of(data) : home.resolve(".local").resolve("share");
    return parent.resolve("chatd");
  }
}
