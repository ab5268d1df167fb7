package chatd;

import chatd.server.cli.CannotRun;
import chatd.server.config.PrivateFile;
import chatd.server.config.Secret;
import chatd.server.config.ServeSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// What the keys of providers are encrypted with.
final class EncryptionKey {
  private static final String FILE = "encryption-key";
  private static final int BYTES = 32;

  private EncryptionKey() {}

  /// The one of the settings, else the one in the data folder, made now if there is none. Null: the
  /// database is elsewhere, where other replicas may share it, which this folder is not for.
  static @Nullable Secret of(ServeSettings settings) {
    var given = settings.models().providers().encryptionKey();
    if (given != null || settings.databaseUrl() != null) {
      return given;
    }
    return keptIn(settings.dataDir().resolve(FILE));
  }

  private static Secret keptIn(Path file) {
    try {
      return new Secret(new PrivateFile(file).keep(EncryptionKey::fresh));
    } catch (PrivateFile.OpenToOthers e) {
      throw new CannotRun(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new CannotRun("The encryption key %s cannot be kept: %s.".formatted(file, e), e);
    }
  }

  private static String fresh() {
    var random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    return Base64.getEncoder().encodeToString(random);
  }
}
