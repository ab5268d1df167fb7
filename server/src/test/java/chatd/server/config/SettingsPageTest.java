package chatd.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// `docs/configuration.md` against the options themselves.
class SettingsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");

  private record Row(String option, String environment, String usual) {
    static Row of(String line) {
      var cells = line.split("\\|", -1);
      return new Row(cells[1].strip(), cells[2].strip(), cells[3].strip());
    }

    static Row of(OptionSpec option) {
      var name = option.longestName();
      var variable = "CHATD_" + name.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
      return new Row(code(name), code(variable), usual(option));
    }

    private static String usual(OptionSpec option) {
      return switch (option.longestName()) {
        case PlaceOptions.CONFIG -> "`chatd.properties` in the data folder";
        case PlaceOptions.DATA_DIR -> "`~/.local/share/chatd`; `/var/lib/chatd` for root";
        default -> option.defaultValue() == null ? "none" : code(option.defaultValue());
      };
    }

    private static String code(String text) {
      return "`" + text + "`";
    }
  }

  @Test
  void page_namesEverySettingOnceWithItsVariableAndItsDefault() throws IOException {
    var written = Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `--"));

    assertThat(written.map(Row::of)).containsExactlyElementsOf(options());
  }

  private static List<Row> options() {
    return Stream.of(PlaceOptions.class, ServeOptions.class)
        .flatMap(it -> CommandSpec.forAnnotatedObject(it).options().stream())
        .sorted(Comparator.comparingInt(OptionSpec::order))
        .map(Row::of)
        .toList();
  }
}
