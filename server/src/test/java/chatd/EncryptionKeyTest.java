package chatd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.server.cli.CannotRun;
import chatd.server.config.PlaceOptions;
import chatd.server.config.Secret;
import chatd.server.config.ServeOptions;
import chatd.server.config.ServeSettings;
import chatd.server.config.Settings;
import chatd.server.model.ProviderRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class EncryptionKeyTest {
  private @TempDir Path folder;

  @Test
  void withTheDatabaseInTheDataFolder_oneIsMadeOnce_andUsable() throws IOException {
    var key = EncryptionKey.of(settings());
    var file = folder.resolve("encryption-key");

    assertThat(key).isNotNull().isEqualTo(EncryptionKey.of(settings()));
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    var kept = new Secret(Files.readString(file).strip());
    assertThat(key).isEqualTo(kept);
    assertThat(ProviderRules.of(false, kept.value()).seal(new UUID(1, 1), "sk-1")).isPresent();
  }

  @Test
  void withTheDatabaseElsewhere_thereIsNone() {
    assertThat(EncryptionKey.of(settings("--database-url", "postgres://h/d"))).isNull();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void thatOfTheSettings_comesFirst() {
    assertThat(EncryptionKey.of(settings("--encryption-key", "k"))).isEqualTo(new Secret("k"));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void fileOpenToOthers_isRefused() throws IOException {
    var _ = EncryptionKey.of(settings());
    var file = folder.resolve("encryption-key");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

    assertThatThrownBy(() -> EncryptionKey.of(settings()))
        .isInstanceOf(CannotRun.class)
        .hasMessageContaining("chmod 600 " + file);
  }

  private ServeSettings settings(String... words) {
    var place = CommandSpec.forAnnotatedObject(PlaceOptions.class);
    var options = CommandSpec.forAnnotatedObject(ServeOptions.class);
    var command =
        new CommandLine(CommandSpec.create().addMixin("place", place).addMixin("options", options));
    command.setDefaultValueProvider(Settings.from(Map.of(), folder));
    command.parseArgs(words);
    return ServeSettings.of((PlaceOptions) place.userObject(), (ServeOptions) options.userObject());
  }
}
