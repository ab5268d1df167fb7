package chatd.server.cli;

import static java.util.Objects.requireNonNull;

import chatd.server.config.BadSettings;
import chatd.server.config.DemoOptions;
import chatd.server.config.PlaceOptions;
import chatd.server.config.ReplicasOptions;
import chatd.server.config.ServeOptions;
import chatd.server.config.Sources;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;

/// The `chatd` command with its subcommands.
///
/// It ends with 0 when all went well, 1 when chatd could not run, 2 when it was called wrongly.
/// What is wrong is said in one sentence on standard error.
public final class Commands {
  private static final int CANNOT_RUN = 1;
  private static final int WRONG_USAGE = 2;
  private static final String DEMO = "demo";
  private static final int HELP_WIDTH = 100;
  private static final List<String> COMMANDS_BEFORE_OPTIONS =
      List.of(
          UsageMessageSpec.SECTION_KEY_SYNOPSIS_HEADING,
          UsageMessageSpec.SECTION_KEY_SYNOPSIS,
          UsageMessageSpec.SECTION_KEY_DESCRIPTION,
          UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING,
          UsageMessageSpec.SECTION_KEY_COMMAND_LIST,
          UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING,
          UsageMessageSpec.SECTION_KEY_OPTION_LIST,
          UsageMessageSpec.SECTION_KEY_FOOTER);

  private final Terminal terminal;
  private final Sources sources;
  private final Program program;
  private final Starter starter;
  private final Demo demo;
  private final Doctor doctor;
  private final EndRequests endRequests;

  public Commands(
      Terminal terminal,
      Sources sources,
      Program program,
      Starter starter,
      Demo demo,
      Doctor doctor,
      EndRequests endRequests) {
    this.terminal = terminal;
    this.sources = sources;
    this.program = program;
    this.starter = starter;
    this.demo = demo;
    this.doctor = doctor;
    this.endRequests = endRequests;
  }

  /// Does what these words say and returns the exit code. `serve` returns when the server has
  /// ended.
  public int run(String... args) {
    var commands = new CommandLine(chatd());
    commands.setOut(terminal.out());
    commands.setErr(terminal.err());
    commands.setDefaultValueProvider(sources);
    requireNonNull(commands.getSubcommands().get(DEMO)).setDefaultValueProvider(_ -> null);
    commands.setExpandAtFiles(false); // A password may begin with @,
    commands.setInterpolateVariables(false); // or hold ${...}.
    commands.setParameterExceptionHandler(this::refuse);
    commands.setExecutionExceptionHandler((failure, command, _) -> answer(failure, command));
    try {
      return commands.execute(args);
    } catch (BadSettings e) {
      return answer(e, commands);
    }
  }

  private CommandSpec chatd() {
    var name = program.command();
    var chatd = CommandSpec.wrapWithoutInspection(this).name(name);
    described(
        chatd,
        "A self-hosted server for AI chats: it keeps the conversations, asks the model, and shows"
            + " every",
        "answer while it is written, to everybody who watches.");
    chatd
        .usageMessage()
        .customSynopsis(name + " COMMAND [OPTIONS]")
        .sectionKeys(COMMANDS_BEFORE_OPTIONS)
        .commandListHeading("%n")
        .footer(
            "",
            "Examples:",
            "  " + name + " serve",
            "  CHATD_OPENAI_API_KEY=sk-... " + name + " serve --model openai/gpt-4o",
            "  " + name + " demo",
            "",
            name + " serve --help names every setting.");
    chatd.addMixin("help", CommandSpec.forAnnotatedObject(HelpOption.class));
    chatd.addOption(
        OptionSpec.builder("-V", "--version")
            .type(boolean.class)
            .versionHelp(true)
            .description("Shows the version.")
            .build());
    chatd.version("chatd " + program.version());
    chatd.addSubcommand("serve", serve());
    chatd.addSubcommand("token", token());
    chatd.addSubcommand("replicas", replicas());
    chatd.addSubcommand("doctor", doctor());
    chatd.addSubcommand(DEMO, demo());
    chatd.addSubcommand("train", train());
    return chatd;
  }

  private CommandSpec serve() {
    var place = CommandSpec.forAnnotatedObject(PlaceOptions.class);
    var options = CommandSpec.forAnnotatedObject(ServeOptions.class);
    var command =
        new ServeCommand(
            new ServeCommand.Options(
                (PlaceOptions) place.userObject(), (ServeOptions) options.userObject()),
            new Greeting.About(program, sources.usualFolder()),
            terminal,
            starter,
            endRequests);
    var serve = command("Runs the server until Ctrl-C, and says how to sign in.", command);
    serve.addMixin("place", place);
    serve.addMixin("options", options);
    serve
        .usageMessage()
        .footer(
            "",
            "Times are written 500ms, 10s, 5m or 1h.",
            "Every option has an environment variable, CHATD_DATABASE_URL for database-url and so"
                + " on,",
            "and a name in the configuration file, such as database-url. The command line counts",
            "before the environment, and that before the file. Other users of the machine can see"
                + " a",
            "command line: secrets are better kept in the environment or the file.");
    return serve;
  }

  private CommandSpec token() {
    var place = CommandSpec.forAnnotatedObject(PlaceOptions.class);
    var command = new TokenCommand((PlaceOptions) place.userObject(), terminal);
    var token = command("Shows the token with which the administrator signs in.", command);
    token.addMixin("place", place);
    return token;
  }

  private CommandSpec replicas() {
    var place = CommandSpec.forAnnotatedObject(PlaceOptions.class);
    var options = CommandSpec.forAnnotatedObject(ReplicasOptions.class);
    var command =
        new ReplicasCommand(
            (PlaceOptions) place.userObject(), (ReplicasOptions) options.userObject(), terminal);
    var replicas = command("Shows the replicas of a deployment and how they are.", command);
    replicas.addMixin("place", place);
    replicas.addMixin("options", options);
    replicas
        .usageMessage()
        .footer(
            "",
            "Every option has an environment variable, such as CHATD_URL. Replicas that died are"
                + " shown",
            "for an hour.");
    return replicas;
  }

  private CommandSpec doctor() {
    var place = CommandSpec.forAnnotatedObject(PlaceOptions.class);
    var options = CommandSpec.forAnnotatedObject(ServeOptions.class);
    var command =
        new DoctorCommand(
            (PlaceOptions) place.userObject(),
            (ServeOptions) options.userObject(),
            terminal,
            doctor);
    var spec = command("Says whether a server with these settings would work here.", command);
    spec.addMixin("place", place);
    spec.addMixin("options", options);
    spec.usageMessage()
        .footer(
            "",
            "It takes the settings of serve, from the same places. It makes no table and keeps"
                + " nothing;",
            "the provider is asked for its list of models, which costs nothing. Without"
                + " --database-url",
            "it starts the PostgreSQL in the data folder, if there is one and nobody runs it, and"
                + " stops",
            "it again. It ends with 0 if all is well or worth a note, with 1 if something fails.");
    return spec;
  }

  private CommandSpec demo() {
    var options = CommandSpec.forAnnotatedObject(DemoOptions.class);
    var command =
        new DemoCommand((DemoOptions) options.userObject(), program, terminal, demo, endRequests);
    var spec = command("Shows in this terminal how a chat outlives its replica.", command);
    spec.addMixin("options", options);
    spec.usageMessage()
        .footer(
            "",
            "It starts a PostgreSQL and three replicas, lets one of them answer a chat, and shows"
                + " what a",
            "viewer at each of them sees. Kill, freeze and start them by keys; q ends it all. It"
                + " reads no",
            "settings of a server, and leaves nothing but what --data-dir keeps.");
    return spec;
  }

  private CommandSpec train() {
    var train =
        command(
            "Starts and stops once, for the AOT cache.",
            new TrainCommand(program, terminal, starter, demo));
    train.usageMessage().hidden(true);
    return train;
  }

  private static CommandSpec command(String description, Callable<Integer> command) {
    var spec = CommandSpec.wrapWithoutInspection(command);
    spec.addMixin("help", CommandSpec.forAnnotatedObject(HelpOption.class));
    return described(spec, description);
  }

  private static CommandSpec described(CommandSpec spec, String... description) {
    spec.usageMessage()
        .description(description)
        .abbreviateSynopsis(true)
        .width(HELP_WIDTH)
        .sortOptions(false)
        .optionListHeading("%n");
    return spec;
  }

  private int refuse(ParameterException refused, String[] args) {
    var command = refused.getCommandLine();
    return wrongUsage(new WrongUsage(sources, List.of(args)).sentence(refused), command);
  }

  private int answer(Exception failure, CommandLine command) {
    return switch (failure) {
      case BadSettings e -> wrongUsage(String.valueOf(e.getMessage()), command);
      case CannotRun e -> {
        terminal.err().println("chatd: " + e.getMessage());
        yield CANNOT_RUN;
      }
      default -> {
        LoggerFactory.getLogger(Commands.class).error("chatd failed", failure);
        terminal.err().println("chatd: It failed in a way that nobody foresaw: " + failure + ".");
        yield CANNOT_RUN;
      }
    };
  }

  private int wrongUsage(String sentence, CommandLine command) {
    terminal.err().println("chatd: " + sentence);
    terminal.err().println("See " + command.getCommandSpec().qualifiedName() + " --help.");
    return WRONG_USAGE;
  }
}
