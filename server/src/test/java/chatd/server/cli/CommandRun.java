package chatd.server.cli;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import chatd.server.config.Secret;
import chatd.server.config.ServeSettings;
import chatd.server.config.Settings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// Runs `chatd` in this process with a server that only remembers what it was started with. It is
/// asked to end as soon as it has started.
final class CommandRun {
  private static final Program CHATD = new Program("./chatd", "1.2.3");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Path folder;
  private final Map<String, String> environment;

  private @Nullable ServeSettings settings;
  private @Nullable Secret adminToken;
  private Demo.@Nullable Stage stage;
  private @Nullable RuntimeException obstacle;
  private @Nullable RuntimeException refusal;
  private List<Finding> findings = List.of();
  private int turns;
  private boolean impatient;
  private boolean stopped;
  private boolean hurried;

  /// @param folder the usual data folder
  CommandRun(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = environment;
  }

  CommandRun(Path folder) {
    this(folder, Map.of());
  }

  /// No server starts, for this reason.
  CommandRun withObstacle(RuntimeException reason) {
    obstacle = reason;
    return this;
  }

  /// The settings are refused, for this reason.
  CommandRun withRefusal(RuntimeException reason) {
    refusal = reason;
    return this;
  }

  /// So many turns are in progress when it is asked to end.
  CommandRun withTurns(int running) {
    turns = running;
    return this;
  }

  /// It is asked twice.
  CommandRun withImpatience() {
    impatient = true;
    return this;
  }

  /// This is what an examination finds.
  CommandRun withFindings(Finding... all) {
    findings = List.of(all);
    return this;
  }

  int run(String... args) {
    var sources = Settings.from(environment, folder);
    var terminal = new Terminal(new PrintWriter(out, true), new PrintWriter(err, true));
    try {
      return new Commands(
              terminal, sources, CHATD, this::prepare, this::play, this::examine, this::ask)
          .run(args);
    } finally {
      restoreLog();
    }
  }

  /// The log of this process belongs to all tests.
  static void restoreLog() {
    try {
      var context = (LoggerContext) LoggerFactory.getILoggerFactory();
      context.reset();
      new ContextInitializer(context).autoConfig();
    } catch (JoranException e) {
      throw new AssertionError(e);
    }
  }

  private void ask(Runnable first, Runnable again) {
    first.run();
    if (impatient) {
      again.run();
    }
  }

  private Starter.Prepared prepare(ServeSettings given) {
    settings = given;
    if (refusal != null) {
      throw refusal;
    }
    return this::start;
  }

  private void examine(ServeSettings given, Consumer<Finding> tell) {
    settings = given;
    findings.forEach(tell);
  }

  private void play(Demo.Stage given) {
    stage = given;
    if (obstacle != null) {
      throw obstacle;
    }
  }

  private Server start(Secret token, Progress progress) {
    var given = settings();
    adminToken = token;
    progress.tell("Unpacking ...");
    if (obstacle != null) {
      throw obstacle;
    }
    return new Server() {
      @Override
      public int port() {
        return given.listening().port() == 0 ? 49_152 : given.listening().port();
      }

      @Override
      public int runningTurns() {
        return turns;
      }

      @Override
      public void stop() {
        stopped = true;
      }

      @Override
      public void hurry() {
        hurried = true;
      }
    };
  }

  ServeSettings settings() {
    return Objects.requireNonNull(settings, () -> "nothing was started: " + err);
  }

  /// What a demo was played on.
  Demo.Stage stage() {
    return Objects.requireNonNull(stage, () -> "no demo was played: " + err);
  }

  String adminToken() {
    return Objects.requireNonNull(adminToken).value();
  }

  boolean started() {
    return adminToken != null;
  }

  boolean stopped() {
    return stopped;
  }

  boolean hurried() {
    return hurried;
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }
}
