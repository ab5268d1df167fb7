package chatd.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DataFoldersTest {
  private static final Path HOME = Path.of("/home/ada");

  @Test
  void usual_ofAUser_isInTheFolderForData() {
    assertThat(DataFolders.usual(Map.of(), "ada", HOME))
        .hasToString("/home/ada/.local/share/chatd");
    assertThat(DataFolders.usual(Map.of("XDG_DATA_HOME", "/d"), "ada", HOME))
        .hasToString("/d/chatd");
  }

  @Test
  void usual_relativeVariable_isIgnored() {
    assertThat(DataFolders.usual(Map.of("XDG_DATA_HOME", "d"), "ada", HOME))
        .hasToString("/home/ada/.local/share/chatd");
  }

  @Test
  void usual_ofRoot_isOpenToTheUserOfTheDatabase() {
    assertThat(DataFolders.usual(Map.of("XDG_DATA_HOME", "/root/d"), "root", Path.of("/root")))
        .hasToString("/var/lib/chatd");
  }
}
