package chatd.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  private @TempDir Path folder;

  @Test
  void demo_isPlayedOnAFolderThatIsGoneAfterwards() {
    var chatd = new CommandRun(folder);

    assertThat(chatd.run("demo")).isZero();

    var stage = chatd.stage();
    assertThat(stage.adminToken().value()).startsWith("chatd_");
    assertThat(stage.folder().getParent()).doesNotExist();
    assertThat(chatd.out()).isEqualToNormalizingNewlines("Nothing of the demo is left.\n");
  }

  @Test
  void demo_thatCannotRun_leavesNothing() {
    var chatd = new CommandRun(folder).withObstacle(new CannotRun("There is no database."));

    assertThat(chatd.run("demo")).isEqualTo(1);
    assertThat(chatd.err()).isEqualToNormalizingNewlines("chatd: There is no database.\n");
    assertThat(chatd.stage().folder().getParent()).doesNotExist();
  }

  @Test
  void demo_onANamedFolder_keepsItApartFromAServer() {
    var token = AdminToken.keptIn(folder);
    var chatd = new CommandRun(folder);

    assertThat(chatd.run("demo", "--data-dir", folder.toString())).isZero();

    assertThat(chatd.stage().folder()).isEqualTo(folder.resolve("demo")).exists();
    assertThat(chatd.stage().adminToken()).isNotEqualTo(token);
    assertThat(AdminToken.find(folder)).contains(token);
  }

  @Test
  void demo_besideAServerInUse_takesNoneOfItsSettings() throws IOException {
    Files.writeString(folder.resolve("chatd.properties"), "nonsense = true\n");
    var chatd = new CommandRun(folder, Map.of("CHATD_DATA_DIR", folder.toString()));

    assertThat(chatd.run("demo")).as(chatd::err).isZero();

    assertThat(chatd.stage().folder()).isNotEqualTo(folder.resolve("demo"));
  }
}
