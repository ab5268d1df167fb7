package chatd.server.cli;

import chatd.server.config.BadSettings;
import chatd.server.config.Secret;
import chatd.server.config.Sources;
import java.util.List;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Says in a sentence what is wrong with a command line, or with a setting from somewhere else.
/// Never repeats what may be a secret.
record WrongUsage(Sources sources, List<String> commandLine) {

  String sentence(ParameterException refused) {
    return switch (refused) {
      case UnmatchedArgumentException e -> unknown(e);
      case MissingParameterException e ->
          e.getMissing().getFirst() instanceof OptionSpec option
              ? option.longestName() + " needs a value."
              : e.getMessage() + ".";
      case OverwrittenOptionException e when e.getOverwritten() instanceof OptionSpec option ->
          option.longestName() + " is given twice.";
      default -> other(refused);
    };
  }

  private String other(ParameterException refused) {
    if (refused.getCause() instanceof BadSettings bad) {
      return String.valueOf(bad.getMessage());
    }
    if (refused.getArgSpec() instanceof OptionSpec option
        && option.converters().length > 0
        && refused.getCause() instanceof TypeConversionException reason) {
      return badValue(option, reason, refused.getValue());
    }
    return refused.getCommandLine().getSubcommands().isEmpty()
        ? refused.getMessage() + "."
        : "Say what to do, such as %s serve."
            .formatted(refused.getCommandLine().getCommandSpec().qualifiedName());
  }

  private static String unknown(UnmatchedArgumentException e) {
    var word = e.getUnmatched().getFirst();
    var command = e.getCommandLine().getCommandSpec();
    if (!word.startsWith("-")) {
      return command.subcommands().isEmpty()
          ? command.qualifiedName() + " takes nothing but options."
          : "There is no command " + word + ".";
    }
    var name = word.split("=", 2)[0]; // The rest may be a secret.
    return "There is no option " + name + ".";
  }

  private String badValue(OptionSpec option, TypeConversionException reason, String value) {
    var name = sources.nameOf(option, commandLine);
    return option.type() == Secret.class
        ? "%s %s.".formatted(name, reason.getMessage())
        : "%s %s, not '%s'.".formatted(name, reason.getMessage(), value);
  }
}
