package chatd.server.config;

import java.nio.file.Path;
import java.util.Map;

/// Sources of settings that a test decides on; for tests of other packages.
public final class Settings {

  private Settings() {}

  public static Sources from(Map<String, String> environment, Path usualFolder) {
    return new Sources(environment, usualFolder);
  }
}
