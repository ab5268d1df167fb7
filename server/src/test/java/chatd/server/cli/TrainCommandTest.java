package chatd.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.server.config.ServeSettings;
import chatd.server.config.Settings;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
  private static final String CHAT = "33333333-3333-4333-8333-333333333333";

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<ServeSettings> started = new CopyOnWriteArrayList<>();
  private final List<String> ends = new CopyOnWriteArrayList<>();
  private final HttpServer http = server();
  private @TempDir Path folder;

  private static HttpServer server() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void answerRequests() {
    http.createContext(
        "/",
        exchange -> {
          var token = exchange.getRequestHeaders().getFirst("Authorization");
          requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          var known = token != null && token.startsWith("Bearer chatd_");
          var body =
              ("{\"id\":\"" + CHAT + "\",\"status\":\"waiting\"}").getBytes(StandardCharsets.UTF_8);
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(known ? 200 : 401, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    http.start();
  }

  @AfterEach
  void stopServer() {
    http.stop(0);
  }

  @Test
  void train_startsHoldsAConversationAndLeavesNothing() {
    assertThat(train()).isZero();

    assertThat(requests)
        .contains(
            "GET /healthz",
            "GET /api/v2/users/me",
            "POST /api/v2/chats",
            "GET /api/v2/chats/" + CHAT + "/messages");
    assertThat(ends).containsExactly("stopped");
    assertThat(started.getFirst().dataDir()).doesNotExist();
  }

  @Test
  void train_whereAServerIsInUse_touchesNothingOfIt() throws IOException {
    Files.writeString(folder.resolve("chatd.properties"), "model = openai/gpt-4o");

    assertThat(train()).isZero();

    var settings = started.getFirst();
    assertThat(settings.databaseUrl()).isNull();
    assertThat(settings.models().model()).isEqualTo("demo");
    assertThat(settings.dataDir()).isNotEqualTo(folder);
    assertThat(settings.listening().port()).isZero();
  }

  @Test
  void train_whenAnswersDoNotCome_stopsAllTheSame() {
    http.stop(0);

    assertThat(train()).isZero();
    assertThat(ends).containsExactly("stopped");
  }

  private int train() {
    var environment =
        Map.of(
            "CHATD_DATABASE_URL",
            "postgres://u:p@production/db",
            "CHATD_DATA_DIR",
            folder.toString());
    var nobody = new PrintWriter(new StringWriter());
    var commands =
        new Commands(
            new Terminal(nobody, nobody),
            Settings.from(environment, folder),
            new Program("./chatd", "1.2.3"),
            settings -> (_, _) -> start(settings),
            _ -> {},
            (_, _) -> {},
            (stop, _) -> stop.run());
    try {
      return commands.run("train");
    } finally {
      CommandRun.restoreLog();
    }
  }

  private Server start(ServeSettings settings) {
    started.add(settings);
    return new Server() {
      @Override
      public int port() {
        return http.getAddress().getPort();
      }

      @Override
      public int runningTurns() {
        return 0;
      }

      @Override
      public void stop() {
        ends.add("stopped");
      }

      @Override
      public void hurry() {
        ends.add("hurried");
      }
    };
  }
}
