package chatd.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.server.config.PlaceOptions;
import chatd.server.config.ServeOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class HelpTest {
  private @TempDir Path folder;

  @Test
  void help_ofServe_namesEachOptionOnceWithItsDefault() {
    var chatd = new CommandRun(folder);

    assertThat(chatd.run("serve", "--help")).isZero();

    var text = chatd.out().replaceAll("\\s+", " ");
    assertThat(options())
        .allSatisfy(option -> {
          assertThat(text.split(option.longestName() + "\\b(?!-)", -1))
              .as(option.longestName())
              .hasSize(2);
          assertThat(String.join(" ", option.description()))
              .contains(option.defaultValue() == null ? "(" : "(" + option.defaultValue());
        });
    assertThat(chatd.out().lines()).allMatch(line -> line.length() <= 100);
    assertThat(chatd.started()).isFalse();
  }

  @Test
  void help_withUnusableSettings_isShown() {
    var chatd =
        new CommandRun(folder, Map.of("CHATD_PORT", "hunter2", "CHATD_CONFIG", "/no/such/file"));

    assertThat(chatd.run("serve", "--help")).isZero();
    assertThat(chatd.out()).startsWith("Usage: ./chatd serve").doesNotContain("hunter2");
  }

  @Test
  void help_ofChatd_namesTheCommandsForPeople() {
    var chatd = new CommandRun(folder);

    assertThat(chatd.run("--help")).isZero();
    assertThat(chatd.out())
        .startsWith("Usage: ./chatd COMMAND [OPTIONS]\nA self-hosted server for AI chats")
        .contains(
            "\n  serve ",
            "\n  token ",
            "\n  replicas ",
            "\n  doctor ",
            "\n  demo ",
            "\nExamples:\n  ./chatd serve\n")
        .doesNotContain("train");
    assertThat(chatd.out().lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void version_isOneLine() {
    var chatd = new CommandRun(folder);

    assertThat(chatd.run("--version")).isZero();
    assertThat(chatd.out()).isEqualToNormalizingNewlines("chatd 1.2.3\n");
  }

  private static Stream<OptionSpec> options() {
    return Stream.of(PlaceOptions.class, ServeOptions.class)
        .flatMap(it -> CommandSpec.forAnnotatedObject(it).options().stream());
  }
}
