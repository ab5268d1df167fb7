package chatd.server.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Where the value of a setting comes from when the command line does not say it: the environment,
/// then the configuration file. The defaults stand at the options.
///
/// The environment's name of `--data-dir` is `CHATD_DATA_DIR`, the file's is `data-dir`. A variable
/// without a text counts as not set.
///
/// It belongs to one run of the command line, because it keeps the file that it has read.
public final class Sources implements IDefaultValueProvider {
  private static final String FILE_NAME = "chatd.properties";

  private final Map<String, String> environment;
  private final Path usualFolder;
  private @Nullable SettingsFile file;

  Sources(Map<String, String> environment, Path usualFolder) {
    this.environment = environment;
    this.usualFolder = usualFolder;
  }

  /// The environment of this process, and the folder for the data of the user who runs it.
  public static Sources ofProcess() {
    var environment = System.getenv();
    var user = System.getProperty("user.name");
    var home = Path.of(System.getProperty("user.home"));
    return new Sources(environment, DataFolders.usual(environment, user, home));
  }

  /// No environment. The configuration file is looked for in `folder`.
  public static Sources none(Path folder) {
    return new Sources(Map.of(), folder);
  }

  @Override
  public @Nullable String defaultValue(ArgSpec arg) {
    if (!(arg instanceof OptionSpec option)
        || option.usageHelp()
        || option.versionHelp()
        || option.command().commandLine().isUsageHelpRequested()) {
      return null;
    }
    var name = option.longestName();
    var fromEnvironment = variable(name);
    if (fromEnvironment != null) {
      return fromEnvironment;
    }
    if (name.equals(PlaceOptions.CONFIG)) {
      return null; // A file that names another one would have no end.
    }
    var fromFile = file(option.command()).value(name);
    return fromFile == null && name.equals(PlaceOptions.DATA_DIR)
        ? usualFolder.toString()
        : fromFile;
  }

  /// What an option is called at the place that gave it its value.
  public String nameOf(OptionSpec option, List<String> commandLine) {
    var name = option.longestName();
    for (var word : commandLine) {
      if (word.equals(name) || word.startsWith(name + "=")) {
        return name;
      }
    }
    return variable(name) == null ? file(option.command()).nameOf(name) : variableName(name);
  }

  /// The data folder where nobody names one.
  public Path usualFolder() {
    return usualFolder.toAbsolutePath().normalize();
  }

  private @Nullable String variable(String name) {
    var value = environment.get(variableName(name));
    return value == null || value.isBlank() ? null : value;
  }

  private static String variableName(String name) {
    return "CHATD" + name.substring(1).replace('-', '_').toUpperCase(Locale.ROOT);
  }

  private SettingsFile file(CommandSpec command) {
    var known = file;
    if (known == null) {
      known = find(command);
      known.check(settings(command));
      file = known;
    }
    return known;
  }

  private SettingsFile find(CommandSpec command) {
    var named = saidPath(command, PlaceOptions.CONFIG);
    if (named != null) {
      return SettingsFile.read(named);
    }
    var folder = saidPath(command, PlaceOptions.DATA_DIR);
    var usual = (folder == null ? usualFolder : folder).resolve(FILE_NAME);
    return Files.exists(usual)
        ? SettingsFile.read(usual).without(PlaceOptions.DATA_DIR)
        : SettingsFile.none();
  }

  /// What the command line or the environment says. The command line was read before any default.
  private @Nullable Path saidPath(CommandSpec command, String name) {
    var option = command.findOption(name);
    if (option != null && option.getValue() instanceof Path said) {
      return said;
    }
    var variable = variable(name);
    return variable == null ? null : Path.of(variable);
  }

  /// The names of all options of all commands, so that one file serves every command.
  private static Set<String> settings(CommandSpec command) {
    return command.root().subcommands().values().stream()
        .flatMap(it -> it.getCommandSpec().optionsMap().keySet().stream())
        .collect(Collectors.toUnmodifiableSet());
  }
}
