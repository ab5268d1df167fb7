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
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// Runs `chatd` in this process with a server that only remembers what it was started with. It is
/// asked to end as soon as it has started.
final class CommandRun {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Path folder;
  private final Map<String, String> environment;

  private @Nullable ServeSettings settings;
  private @Nullable Secret adminToken;
  private @Nullable RuntimeException obstacle;
  private boolean stopped;

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

  int run(String... args) {
    var sources = Settings.from(environment, folder);
    var terminal = new Terminal(new PrintWriter(out, true), new PrintWriter(err, true));
    try {
      return new Commands(terminal, sources, "1.2.3", this::start, Runnable::run).run(args);
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

  private Server start(ServeSettings given, Secret token, Progress progress) {
    settings = given;
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
      public void stop() {
        stopped = true;
      }
    };
  }

  ServeSettings settings() {
    return Objects.requireNonNull(settings, () -> "nothing was started: " + err);
  }

  String adminToken() {
    return Objects.requireNonNull(adminToken).value();
  }

  boolean started() {
    return settings != null;
  }

  boolean stopped() {
    return stopped;
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }
}
