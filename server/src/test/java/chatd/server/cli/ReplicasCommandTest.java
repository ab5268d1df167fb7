package chatd.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ReplicaId;
import chatd.engine.port.ReplicaDirectory.Replica;
import chatd.server.wire.DeploymentCodec;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicasCommandTest {
  private static final Replica DEAD =
      replica("a0000000", "http://10.0.0.1:8080", Duration.ofMinutes(12), 0, Replica.State.DEAD);
  private static final Replica ALIVE =
      replica("b0000000", "http://10.0.0.2:8080", Duration.ofMillis(410), 31, Replica.State.ALIVE);
  private static final Replica DRAINING =
      replica("c0000000", "http://10.0.0.3:8080", Duration.ofMillis(99), 2, Replica.State.DRAINING);

  private final HttpServer http = server();
  private @TempDir Path folder;
  private int status = 200;
  private byte[] body = DeploymentCodec.replicas(List.of(DEAD, ALIVE, DRAINING));

  private static Replica replica(
      String id, String address, Duration age, int turns, Replica.State state) {
    return new Replica(
        new ReplicaId(UUID.fromString(id + "-0000-4000-8000-000000000000")),
        address,
        "1.2.3",
        Instant.parse("2026-05-28T01:02:03.456Z"),
        age,
        turns,
        state);
  }

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
        "/api/v2/replicas",
        exchange -> {
          var token = exchange.getRequestHeaders().getFirst("Authorization");
          exchange.sendResponseHeaders("Bearer right".equals(token) ? status : 401, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    http.start();
  }

  @AfterEach
  void stopServer() {
    http.stop(0);
  }

  private String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  @Test
  void replicas_areATable_thoseThatServeFirst() {
    var chatd = new CommandRun(folder);

    assertThat(chatd.run("replicas", "--url", url(), "--admin-token=right")).isZero();

    assertThat(chatd.err()).isEmpty();
    assertThat(chatd.out())
        .isEqualToNormalizingNewlines(
            """
            STATE     TURNS  HEARTBEAT  STARTED               VERSION  ID        ADDRESS
            alive        31      0.4 s  2026-05-28T01:02:03Z  1.2.3    b0000000  http://10.0.0.2:8080
            draining      2      0.1 s  2026-05-28T01:02:03Z  1.2.3    c0000000  http://10.0.0.3:8080
            dead          0     12 min  2026-05-28T01:02:03Z  1.2.3    a0000000  http://10.0.0.1:8080
            """);
  }

  @Test
  void replicas_withTheTokenOfTheFolder_areShown() {
    var made = AdminToken.keptIn(folder);
    http.removeContext("/api/v2/replicas");
    http.createContext(
        "/api/v2/replicas",
        exchange -> {
          var token = exchange.getRequestHeaders().getFirst("Authorization");
          var known = token.equals("Bearer " + made.value());
          exchange.sendResponseHeaders(known ? 200 : 401, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    var chatd = new CommandRun(folder, Map.of("CHATD_URL", url() + "/"));

    assertThat(chatd.run("replicas")).as(chatd::err).isZero();
    assertThat(chatd.out()).hasLineCount(4);
  }

  @Test
  void replicas_withoutAToken_sayWhereToNameOne() {
    refused(
        "There is no token in %s; name the administrator's with --admin-token or CHATD_ADMIN_TOKEN, or its folder with --data-dir."
            .formatted(folder),
        "--url=" + url());
  }

  @Test
  void replicas_withAnUnknownToken_sayWhereToNameTheRightOne() {
    var sentence =
        "The chatd at %s does not know this token; name the administrator's with --admin-token or CHATD_ADMIN_TOKEN, or its folder with --data-dir."
            .formatted(url());
    refused(sentence, "--url=" + url(), "--admin-token=hunter2");
    refused(sentence, "--url=" + url(), "--admin-token=hunter2\u0001x");
  }

  @Test
  void replicas_ofAUser_areRefused() {
    status = 403;
    refused(
        "The token is that of a user; replicas are shown to administrators alone.",
        "--url=" + url(),
        "--admin-token=right");
  }

  @Test
  void replicas_withoutTheDatabase_areUnknown() {
    status = 503;
    refused(
        "The chatd at %s has no database now.".formatted(url()),
        "--url=" + url(),
        "--admin-token=right");
  }

  @Test
  void replicas_ofSomethingElse_areNone() {
    var sentence =
        "What answers at %s has no list of replicas; name the address of a chatd with --url.";
    body = "{\"replicas\":[]}".getBytes(StandardCharsets.US_ASCII);
    refused(sentence.formatted(url()), "--url=" + url(), "--admin-token=right");
    body = "[{\"id\":\"x\"}]".getBytes(StandardCharsets.US_ASCII);
    refused(sentence.formatted(url()), "--url=" + url(), "--admin-token=right");
    refused(
        sentence.formatted(url() + "/elsewhere"),
        "--url=" + url() + "/elsewhere/",
        "--admin-token=right");
  }

  @Test
  void replicas_whereNobodyListens_sayHowToNameAnother() {
    var url = url();
    http.stop(0);

    refused(
        "Nobody answers at %s; name the address of a chatd that runs with --url.".formatted(url),
        "--url=" + url,
        "--admin-token=right");
  }

  @Test
  void replicas_atNoAddress_areWrongUsage() {
    var chatd = new CommandRun(folder);

    assertThat(chatd.run("replicas", "--url=here")).isEqualTo(2);
    assertThat(chatd.err())
        .isEqualToNormalizingNewlines(
            "chatd: --url must be an address such as https://chat.example.org, not 'here'.\nSee ./chatd replicas --help.\n");
  }

  private void refused(String sentence, String... options) {
    var chatd = new CommandRun(folder);
    var words = new String[options.length + 1];
    words[0] = "replicas";
    System.arraycopy(options, 0, words, 1, options.length);

    assertThat(chatd.run(words)).isEqualTo(1);
    assertThat(chatd.out()).isEmpty();
    assertThat(chatd.err()).isEqualToNormalizingNewlines("chatd: " + sentence + "\n");
  }
}
