package chatd.server.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import chatd.server.config.LogFormat;
import chatd.server.config.LogLevel;
import java.util.List;
import org.slf4j.LoggerFactory;

/// Sets up the log: to standard error, in the format that the settings say. Their level is that of
/// chatd itself; of libraries and the JDK only warnings are shown.
public final class Logging {

  private static final String LINE =
      "%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level %logger{0}: %msg%replace( [%X{request_id}]){' \\[\\]', ''}%n";

  /// What they warn of is what strangers sent, word for word, as often as they send it.
  private static final List<String> SILENT =
      List.of("org.eclipse.jetty.util.HostPort", "org.eclipse.jetty.http.HttpParser");

  /// What it calls an error is tried again, or told by whoever asked for it.
  private static final String MIGRATION = "org.flywaydb.core.internal.command.DbMigrate";

  private Logging() {}

  /// Until the settings are known: warnings alone. The JDK logs every exit of the process.
  public static void begin() {
    start(LogFormat.TEXT, LogLevel.WARN);
  }

  static void start(LogFormat format, LogLevel level) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      // Unlike others, this appender leaves its stream open when another one takes its place.
      var standardError = new ConsoleAppender<ILoggingEvent>();
      standardError.setTarget("System.err");
      start(format, level, context, standardError);
    }
  }

  static void start(
      LogFormat format,
      LogLevel level,
      LoggerContext context,
      OutputStreamAppender<ILoggingEvent> appender) {
    context.reset();
    appender.setContext(context);
    appender.setEncoder(encoder(format, context));
    appender.addFilter(new WithoutErrorsOfMigration());
    appender.start();
    var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(appender);
    // Libraries and the JDK tell at info what only their authors want to know, and at debug what
    // they were configured with, passwords included.
    root.setLevel(level == LogLevel.ERROR ? Level.ERROR : Level.WARN);
    SILENT.forEach(name -> context.getLogger(name).setLevel(Level.ERROR));
    context.getLogger("chatd").setLevel(level(level));
  }

  private static Encoder<ILoggingEvent> encoder(LogFormat format, LoggerContext context) {
    var encoder =
        switch (format) {
          case TEXT -> lines();
          case JSON -> objects();
        };
    encoder.setContext(context);
    encoder.start();
    return encoder;
  }

  private static Encoder<ILoggingEvent> lines() {
    var encoder = new PatternLayoutEncoder();
    encoder.setPattern(LINE);
    return encoder;
  }

  private static Encoder<ILoggingEvent> objects() {
    var encoder = new JsonEncoder();
    encoder.setWithFormattedMessage(true);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false); // They are in the formatted message, if they were meant to be.
    encoder.setWithContext(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithSequenceNumber(false);
    return encoder;
  }

  private static Level level(LogLevel level) {
    return switch (level) {
      case ERROR -> Level.ERROR;
      case WARN -> Level.WARN;
      case INFO -> Level.INFO;
      case DEBUG -> Level.DEBUG;
    };
  }

  private static final class WithoutErrorsOfMigration extends Filter<ILoggingEvent> {
    @Override
    public FilterReply decide(ILoggingEvent event) {
      return event.getLevel() == Level.ERROR && event.getLoggerName().equals(MIGRATION)
          ? FilterReply.DENY
          : FilterReply.NEUTRAL;
    }
  }
}
