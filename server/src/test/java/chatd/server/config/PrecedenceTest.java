package chatd.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The command line counts before the environment, that before the file, that before the default:
/// for every option that there is.
class PrecedenceTest {
  private @TempDir Path folder;

  private final Map<String, String> environment = new HashMap<>();

  static Stream<String> settings() {
    return Stream.of(PlaceOptions.class, ServeOptions.class)
        .flatMap(it -> CommandSpec.forAnnotatedObject(it).options().stream())
        .map(OptionSpec::longestName)
        .filter(name -> !name.equals(PlaceOptions.CONFIG));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void setting_comesFromTheNearestPlace(String name) throws IOException {
    var type = options().findOption(name).type();
    var inFile = read(name, List.of(name, text(type, 1)));
    var inEnvironment = read(name, List.of(name, text(type, 2)));
    var onCommandLine = read(name, List.of(name, text(type, 3)));
    var nowhere = read(name, List.of());

    var file = folder.resolve("elsewhere.properties");
    Files.writeString(file, name.substring(2) + " = " + text(type, 1) + " \n");
    var withFile = List.of("--config", file.toString());
    assertThat(read(name, withFile)).isEqualTo(inFile).isNotEqualTo(nowhere);

    environment.put(variable(name), text(type, 2));
    assertThat(read(name, withFile)).isEqualTo(inEnvironment).isNotEqualTo(inFile);

    var withAll = new ArrayList<>(withFile);
    withAll.addAll(List.of(name, text(type, 3)));
    assertThat(read(name, withAll)).isEqualTo(onCommandLine).isNotEqualTo(inEnvironment);
  }

  @Test
  void file_isFoundInTheDataFolderAndByItsVariable() throws IOException {
    Files.writeString(folder.resolve("chatd.properties"), "port=1");
    assertThat(read("--port", List.of())).isEqualTo(1);

    var other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("chatd.properties"), "port=2");
    assertThat(read("--port", List.of("--data-dir", other.toString()))).isEqualTo(2);

    environment.put("CHATD_CONFIG", Files.writeString(folder.resolve("x"), "port=3").toString());
    assertThat(read("--port", List.of())).isEqualTo(3);
  }

  @Test
  void emptyVariableAndEmptyLine_countAsNotSet() throws IOException {
    Files.writeString(folder.resolve("chatd.properties"), "host =\n");
    environment.put("CHATD_PORT", " ");

    assertThat(read("--port", List.of())).isEqualTo(8080);
    assertThat(read("--host", List.of())).isEqualTo("127.0.0.1");
  }

  @Test
  void value_isTakenAsItIs() throws IOException {
    var odd = "${sys:user.home} $$ @file é";
    environment.put("CHATD_ADMIN_TOKEN", odd);
    Files.writeString(folder.resolve("chatd.properties"), "openai-api-key=" + odd);

    assertThat(read("--admin-token", List.of())).isEqualTo(new Secret(odd));
    assertThat(read("--openai-api-key", List.of())).isEqualTo(new Secret(odd));
    assertThat(read("--database-url", List.of("--database-url", "@x"))).isEqualTo(new Secret("@x"));
  }

  private @Nullable Object read(String name, List<String> words) {
    var spec = options();
    var command = new CommandLine(CommandSpec.create().addSubcommand("serve", spec));
    command.setDefaultValueProvider(new Sources(environment, folder));
    command.setInterpolateVariables(false);
    command.setExpandAtFiles(false);
    command.parseArgs(Stream.concat(Stream.of("serve"), words.stream()).toArray(String[]::new));
    return spec.findOption(name).getValue();
  }

  private static CommandSpec options() {
    return CommandSpec.create()
        .addMixin("place", CommandSpec.forAnnotatedObject(PlaceOptions.class))
        .addMixin("options", CommandSpec.forAnnotatedObject(ServeOptions.class));
  }

  private static String variable(String name) {
    return "CHATD_" + name.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /// One of three different texts for a value of this type, none of them a default.
  private static String text(Class<?> type, int which) {
    return switch (type) {
      case Class<?> it when it == int.class -> "70" + which;
      case Class<?> it when it == Duration.class -> "70" + which + "s";
      case Class<?> it when it == URI.class || it == List.class -> "https://h" + which;
      case Class<?> it when it == YesNo.class -> which == 2 ? "no" : "yes";
      case Class<?> it when it == LogFormat.class -> which == 2 ? "text" : "json";
      case Class<?> it when it == LogLevel.class ->
          List.of("error", "warn", "debug").get(which - 1);
      default -> "/text-" + which;
    };
  }
}
