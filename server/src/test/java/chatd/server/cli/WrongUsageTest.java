package chatd.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WrongUsageTest {
  private @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "serve --prot 1                 | There is no option --prot.",
        "serve --zzz=hunter2            | There is no option --zzz.",
        "serve --zzz hunter2            | There is no option --zzz.",
        "serve now                      | ./chatd serve takes nothing but options.",
        "serve --port                   | --port needs a value.",
        "serve --admin-token            | --admin-token needs a value.",
        "serve --port --host x          | --port needs a value.",
        "serve --port 1 --port 2        | --port is given twice.",
        "serve --port=                  | --port must be a whole number from 0 to 65535, not ''.",
        "serve --port x                 | --port must be a whole number from 0 to 65535, not 'x'.",
        "serve --port 65536             | --port must be a whole number from 0 to 65535, not '65536'.",
        "serve --max-turns 0            | --max-turns must be a whole number from 1 to 1000000, not '0'.",
        "serve --lease 10               | --lease must be a duration such as 500ms, 10s, 5m or 1h, not '10'.",
        "serve --lease 0s               | --lease must be a duration such as 500ms, 10s, 5m or 1h, not '0s'.",
        "serve --lease 5999ms           | --lease must be at least 6s.",
        "serve --cluster-secret hunter2-hunter2 | --cluster-secret must have at least 16 characters.",
        "serve --stall-timeout 2999ms   | --stall-timeout must be at least 3s.",
        "serve --log-format xml         | --log-format must be one of text, json, not 'xml'.",
        "serve --log-level loud         | --log-level must be one of error, warn, info, debug, not 'loud'.",
        "serve --external-url chat      | --external-url must be an address such as https://chat.example.org, not 'chat'.",
        "serve --allowed-origins http://a/b | --allowed-origins must hold origins such as https://chat.example.org, without a path, not 'http://a/b'.",
        "serve --admin-token=           | --admin-token must not be empty.",
        "serve --config /no/such/file   | There is no configuration file /no/such/file.",
        "serve --help=x                 | Invalid value for option '--help': 'x' is not a boolean.",
        "token --port 1                 | There is no option --port.",
      })
  void wrongCommandLine_isOneSentenceAndAHint(String line, String sentence) {
    var chatd = new CommandRun(folder);

    assertThat(chatd.run(line.split(" +"))).as(chatd::err).isEqualTo(2);

    var command = line.substring(0, line.indexOf(' '));
    assertThat(chatd.err())
        .isEqualTo("chatd: %s%nSee ./chatd %s --help.%n".formatted(sentence, command));
    assertThat(chatd.started()).isFalse();
  }

  @Test
  void noCommandAndUnknownCommand_pointToTheHelp() {
    var none = new CommandRun(folder);
    assertThat(none.run()).isEqualTo(2);
    assertThat(none.err())
        .isEqualTo(
            "chatd: Say what to do, such as ./chatd serve.%nSee ./chatd --help.%n".formatted());

    var unknown = new CommandRun(folder);
    assertThat(unknown.run("srve")).isEqualTo(2);
    assertThat(unknown.err())
        .isEqualTo("chatd: There is no command srve.%nSee ./chatd --help.%n".formatted());
  }

  @Test
  void badValueOfTheEnvironment_namesTheVariable() {
    var chatd = new CommandRun(folder, Map.of("CHATD_MAX_TURNS", "many"));

    assertThat(chatd.run("serve")).isEqualTo(2);
    assertThat(chatd.err())
        .startsWith("chatd: CHATD_MAX_TURNS must be a whole number from 1 to 1000000, not 'many'.");
  }

  @Test
  void badValueOfTheFile_namesTheFile() throws IOException {
    var file = Files.writeString(folder.resolve("chatd.properties"), "lease = soon\n");
    var chatd = new CommandRun(folder);

    assertThat(chatd.run("serve")).isEqualTo(2);
    assertThat(chatd.err())
        .startsWith("chatd: lease in %s must be a duration such as".formatted(file));
  }

  @Test
  void fileThatLeadsElsewhere_isRefused() throws IOException {
    var file = Files.writeString(folder.resolve("chatd.properties"), "data-dir = /d\n");
    var chatd = new CommandRun(folder);
    assertThat(chatd.run("serve")).isEqualTo(2);
    assertThat(chatd.err())
        .startsWith(
            "chatd: data-dir in %s has no effect, because the file was found in the data folder"
                .formatted(file));

    Files.writeString(file, "config = /c\n");
    var again = new CommandRun(folder);
    assertThat(again.run("token")).isEqualTo(2);
    assertThat(again.err())
        .startsWith("chatd: config in %s would name a second file.".formatted(file));
  }

  @Test
  void fileThatIsNoText_isRefused() throws IOException {
    var file = Files.write(folder.resolve("chatd.properties"), new byte[] {'a', (byte) 0xC3, '='});
    var chatd = new CommandRun(folder);

    assertThat(chatd.run("serve")).isEqualTo(2);
    assertThat(chatd.err())
        .startsWith("chatd: %s is not a properties file in UTF-8.".formatted(file));
  }

  @Test
  void badSecret_isNotRepeated() throws IOException {
    Files.writeString(folder.resolve("chatd.properties"), "");
    var lines = List.of("--admin-token=hunter2 hunter3", "--opnai-api-key=hunter2", "hunter2");
    for (var line : lines) {
      var chatd = new CommandRun(folder);
      assertThat(chatd.run(("serve " + line).split(" "))).isEqualTo(2);
      assertThat(chatd.err()).doesNotContain("hunter");
    }
  }

  @Test
  void unknownKeyOfTheFile_isRefused() throws IOException {
    var file = Files.writeString(folder.resolve("chatd.properties"), "leese = 10s\n");
    var chatd = new CommandRun(folder);

    assertThat(chatd.run("serve")).isEqualTo(2);
    assertThat(chatd.err())
        .startsWith("chatd: leese in %s is no setting of chatd.".formatted(file));
  }
}
