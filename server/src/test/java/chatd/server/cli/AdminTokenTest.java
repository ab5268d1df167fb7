package chatd.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.server.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminTokenTest {
  private @TempDir Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void chooseFile() {
    file = folder.resolve("admin-token");
  }

  @Test
  void keptIn_theSameFolder_isTheSameToken() {
    var token = AdminToken.keptIn(folder);

    assertThat(token.value()).matches("chatd_[A-Za-z0-9_-]{43}");
    assertThat(AdminToken.keptIn(folder)).isEqualTo(token);
    assertThat(AdminToken.find(folder)).contains(token);
  }

  @Test
  void keptIn_aNewFolder_isReadableForUsAlone() throws IOException {
    AdminToken.keptIn(folder);

    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void keptIn_ofSeveralAtOnce_isOneToken() throws Exception {
    Callable<Secret> start = () -> AdminToken.keptIn(folder);
    try (var starts = Executors.newVirtualThreadPerTaskExecutor()) {
      var tokens = starts.invokeAll(Collections.nCopies(8, start));
      for (var token : tokens) {
        assertThat(token.get()).isEqualTo(AdminToken.find(folder).orElseThrow());
      }
    }
  }

  @Test
  void find_fileOpenToOthers_isRefused() throws IOException {
    AdminToken.keptIn(folder);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

    assertThatThrownBy(() -> AdminToken.find(folder))
        .isInstanceOf(CannotRun.class)
        .hasMessage("%s is open to other users of this machine; say chmod 600 %s.", file, file);
  }

  @Test
  void find_fileWithSomethingElse_isRefused() throws IOException {
    AdminToken.keptIn(folder);
    Files.writeString(file, "hunter2");

    assertThatThrownBy(() -> AdminToken.find(folder))
        .isInstanceOf(CannotRun.class)
        .hasMessage(
            "%s does not hold a token; delete it, and the next start makes a new one.", file);
  }

  @Test
  void token_ofAFolder_isShown() {
    var token = AdminToken.keptIn(folder);
    var chatd = new CommandRun(folder);

    assertThat(chatd.run("token")).isZero();
    assertThat(chatd.out()).isEqualToNormalizingNewlines(token.value() + "\n");
    assertThat(chatd.err()).isEmpty();
  }

  @Test
  void token_whereNoneWasMade_saysWhy() {
    var elsewhere = folder.resolve("elsewhere");
    var chatd = new CommandRun(folder);

    assertThat(chatd.run("token", "--data-dir", elsewhere.toString())).isEqualTo(1);
    assertThat(chatd.out()).isEmpty();
    assertThat(chatd.err())
        .isEqualToNormalizingNewlines(
            "chatd: There is no token in %s: no server has started there yet, or it was given its token by --admin-token.\n"
                .formatted(elsewhere));
  }
}
