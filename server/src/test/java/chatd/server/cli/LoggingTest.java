package chatd.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import chatd.server.config.LogFormat;
import chatd.server.config.LogLevel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.MDCAdapter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LoggingTest {
  private final LoggerContext context = new LoggerContext();
  private final MDCAdapter requests = new LogbackMDCAdapter();
  private final ByteArrayOutputStream stream = new ByteArrayOutputStream();

  @Test
  void text_isOneLineForPeople() {
    var log = start(LogFormat.TEXT, LogLevel.INFO, "chatd.server.http.Routes");

    log.info("Listening on {}", 8080);

    assertThat(lines())
        .singleElement()
        .asString()
        .matches(
            "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  Routes: Listening on 8080");
  }

  @Test
  void text_ofARequest_namesIt() {
    var log = start(LogFormat.TEXT, LogLevel.INFO, "chatd");
    requests.put("request_id", "r-1");

    log.warn("Slow");

    assertThat(lines()).singleElement().asString().endsWith("WARN  chatd: Slow [r-1]");
  }

  @Test
  void json_isOneObjectPerLine() {
    var log = start(LogFormat.JSON, LogLevel.INFO, "chatd");
    requests.put("request_id", "r-1");

    log.info("Odd {}", "\"\\\n\u0000\u2028é\uD83D\uDE00");
    log.atError()
        .addKeyValue("chat", "c-1")
        .setCause(new IllegalStateException("inner"))
        .log("It failed");

    var objects = lines().stream().map(LoggingTest::json).toList();
    assertThat(objects).hasSize(2);
    assertThat(objects.getFirst().get("formattedMessage").stringValue())
        .isEqualTo("Odd \"\\\n\u0000\u2028é\uD83D\uDE00");
    assertThat(objects.getFirst().get("mdc").get("request_id").stringValue()).isEqualTo("r-1");
    assertThat(objects.getLast().get("level").stringValue()).isEqualTo("ERROR");
    assertThat(objects.getLast().get("throwable").get("message").stringValue()).isEqualTo("inner");
    assertThat(objects.getLast().get("kvpList").get(0).get("chat").stringValue()).isEqualTo("c-1");
  }

  @Test
  void json_holdsTheAnnouncements() {
    var log = start(LogFormat.JSON, LogLevel.INFO, "chatd");
    var announcer = new Announcer.InLog(port -> "ready at " + port, log);

    announcer.tell("Unpacking ...");
    announcer.ready(8080);

    assertThat(lines().stream().map(LoggingTest::json))
        .extracting(it -> it.get("formattedMessage").stringValue())
        .containsExactly("Unpacking ...", "ready at 8080");
  }

  @Test
  void whatStrangersSent_isNotLogged() {
    for (var name :
        List.of("org.eclipse.jetty.util.HostPort", "org.eclipse.jetty.http.HttpParser")) {
      start(LogFormat.TEXT, LogLevel.DEBUG, name).warn("Bad Authority: [x]");
    }
    start(LogFormat.TEXT, LogLevel.DEBUG, "org.eclipse.jetty.server").warn("Shown");

    assertThat(lines()).singleElement().asString().endsWith("Shown");
  }

  @Test
  void migrationThatWillBeTriedAgain_isNoError() {
    var log = start(LogFormat.TEXT, LogLevel.INFO, "org.flywaydb.core.internal.command.DbMigrate");

    log.error("Migration failed! Changes successfully rolled back.");
    log.warn("The schema is newer");

    assertThat(lines()).singleElement().asString().endsWith("The schema is newer");
  }

  @Test
  void level_isThatOfTheSettings() {
    for (var level : LogLevel.values()) {
      var log = start(LogFormat.TEXT, level, "chatd.engine");
      var slf4j = Level.valueOf(level.name());
      assertThat(log.isEnabledForLevel(slf4j)).isTrue();
      assertThat(log.isDebugEnabled()).isEqualTo(level == LogLevel.DEBUG);
      assertThat(log.isInfoEnabled()).isEqualTo(slf4j.toInt() <= Level.INFO.toInt());
    }
  }

  @Test
  void libraries_areQuietAlsoAtDebug() {
    var names =
        List.of(
            "org.eclipse.jetty.server.Server",
            "com.zaxxer.hikari.HikariConfig",
            "org.flywaydb.core.Flyway",
            "org.postgresql.Driver",
            "java.net.http",
            "java.lang.Runtime");
    for (var name : names) {
      var log = start(LogFormat.TEXT, LogLevel.DEBUG, name);
      assertThat(log.isInfoEnabled()).as(name).isFalse();
      assertThat(log.isWarnEnabled()).as(name).isTrue();
    }
    assertThat(start(LogFormat.TEXT, LogLevel.ERROR, names.getFirst()).isWarnEnabled()).isFalse();
  }

  private Logger start(LogFormat format, LogLevel level, String logger) {
    context.setMDCAdapter(requests);
    var appender = new OutputStreamAppender<ILoggingEvent>();
    appender.setOutputStream(stream);
    Logging.start(format, level, context, appender);
    return context.getLogger(logger);
  }

  private List<String> lines() {
    return stream.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static JsonNode json(String line) {
    return JsonMapper.shared().readTree(line);
  }
}
