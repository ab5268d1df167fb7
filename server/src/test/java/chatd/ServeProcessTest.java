package chatd;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.server.postgres.embedded.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// What the command promises to those who start it, with the real server behind it.
@Tag("slow")
class ServeProcessTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final String TOKEN = "hunter-token-2f9c";
  private static final String KEY = "sk-hunter-key-77aa";
  private static final String HELLO = "{\"content\":[{\"type\":\"text\",\"text\":\"Hello\"}]}";

  private @TempDir Path folder;

  @Test
  void serve_atDebugForPrograms_writesJsonAloneAndNoSecret() {
    try (var database = POSTGRES.createDatabase()) {
      var password = database.jdbcUrl().replaceFirst(".*password=", "");
      var environment =
          Map.of(
              "CHATD_DATABASE_URL",
              database.jdbcUrl(),
              "CHATD_ADMIN_TOKEN",
              TOKEN,
              "CHATD_OPENAI_API_KEY",
              KEY,
              "CHATD_OPENAI_BASE_URL",
              "http://127.0.0.1:1/v1");
      try (var chatd =
          start(environment, "--model=openai/x", "--log-level=debug", "--log-format=json")) {
        talk(chatd);
        assertThat(chatd.stop()).isZero();

        assertThat(chatd.out()).isEmpty();
        assertThat(chatd.err().lines())
            .isNotEmpty()
            .allSatisfy(line -> assertThat(JsonMapper.shared().readTree(line).isObject()).isTrue());
        assertThat(chatd.err())
            .contains("\"DEBUG\"", "failed")
            .doesNotContain(TOKEN, KEY, password);
      }
    }
  }

  @Test
  void ctrlC_pressedAgain_endsTheWaitForTurns() {
    try (var database = POSTGRES.createDatabase();
        var chatd =
            start(
                Map.of("CHATD_DATABASE_URL", database.jdbcUrl(), "CHATD_ADMIN_TOKEN", TOKEN),
                "--drain-timeout=5m",
                "--log-level=debug")) {
      chatd.send(
          HttpRequest.newBuilder(chatd.address().resolve("/api/v2/chats"))
              .header("Authorization", "Bearer " + TOKEN)
              .POST(BodyPublishers.ofString(HELLO.replace("Hello", "hang"))));
      chatd.awaitText(Pattern.compile("Turn of chat .* started"));

      chatd.interrupt();
      chatd.awaitText(Pattern.compile("Stopping; 1 turn in progress may take 300 s more."));
      chatd.interrupt();

      assertThat(chatd.exitCode()).isEqualTo(130);
      assertThat(chatd.out()).endsWith("Stopping at once.\nStopped.\n");
    }
  }

  @Test
  void serve_onATakenPort_isOneSentenceAndLeavesNothingRunning() throws IOException {
    try (var database = POSTGRES.createDatabase();
        var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        var chatd =
            start(
                Map.of("CHATD_DATABASE_URL", database.jdbcUrl()),
                "--port=" + taken.getLocalPort())) {
      assertThat(chatd.exitCode()).isEqualTo(1);
      assertThat(chatd.err())
          .isEqualToNormalizingNewlines(
              "chatd: Listening on 127.0.0.1:%d fails: Address already in use; choose another address with --host or --port.\n"
                  .formatted(taken.getLocalPort()));
    }
  }

  @Test
  void serve_onAnAddressOfAnotherMachine_isOneSentence() {
    try (var database = POSTGRES.createDatabase();
        var chatd = start(Map.of("CHATD_DATABASE_URL", database.jdbcUrl()), "--host=192.0.2.1")) {
      assertThat(chatd.exitCode()).isEqualTo(1);
      assertThat(chatd.err()).startsWith("chatd: ").contains("192.0.2.1").hasLineCount(1);
    }
  }

  @Test
  void serve_withoutItsDatabase_isOneSentence() {
    var url = "postgres://ada:" + KEY + "@127.0.0.1:1/chatd";
    try (var chatd = start(Map.of("CHATD_DATABASE_URL", url))) {
      assertThat(chatd.exitCode()).isEqualTo(1);
      assertThat(chatd.err())
          .startsWith("chatd: ")
          .contains("127.0.0.1:1/chatd")
          .doesNotContain(KEY)
          .hasLineCount(1);
    }
  }

  @Test
  void serve_withAnUnknownOption_isOneSentenceAndAHint() {
    try (var chatd = start(Map.of(), "--prot=1")) {
      assertThat(chatd.exitCode()).isEqualTo(2);
      assertThat(chatd.out()).isEmpty();
      assertThat(chatd.err())
          .isEqualToNormalizingNewlines(
              "chatd: There is no option --prot.\nSee chatd serve --help.\n");
    }
  }

  @Test
  void serve_withSettingsThatNoRoomTakes_isWrongUsage() {
    for (var options : new String[] {"--database-url=mysql://h/d", "--model=nobody/x"}) {
      try (var chatd = start(Map.of(), options)) {
        assertThat(chatd.exitCode()).isEqualTo(2);
        assertThat(chatd.err())
            .startsWith("chatd: ")
            .endsWith("See chatd serve --help.\n")
            .hasLineCount(2);
      }
    }
  }

  @Test
  void serve_onAFolderClosedToItsDatabase_isOneSentence() throws IOException {
    var file = Files.createFile(folder.resolve("postgres"));
    try (var chatd = start(Map.of())) {
      assertThat(chatd.exitCode()).isEqualTo(1);
      assertThat(chatd.err()).startsWith("chatd: ").contains(file.toString()).hasLineCount(1);
    }
  }

  /// Everything in which a secret could get into a log: signing in by header and by query, a turn
  /// whose provider is not there.
  private static void talk(ServeProcess chatd) {
    var address = chatd.address();
    var chats = address.resolve("/api/v2/chats");
    var created =
        chatd.send(
            HttpRequest.newBuilder(chats)
                .header("Authorization", "Bearer " + TOKEN)
                .POST(BodyPublishers.ofString(HELLO)));
    assertThat(created.statusCode()).isEqualTo(201);
    chatd.send(HttpRequest.newBuilder(URI.create(chats + "?coder_session_token=" + TOKEN)));
    chatd.awaitText(
        Pattern.compile("Attempt 1 of 25 of chat .* provider openai could not be reached"));
  }

  private ServeProcess start(Map<String, String> environment, String... options) {
    var settings = new HashMap<>(environment);
    settings.put("CHATD_DATA_DIR", folder.toString());
    settings.put("CHATD_PORT", "0");
    return ServeProcess.start(folder, settings, options);
  }
}
