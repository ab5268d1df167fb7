package chatd.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import chatd.server.postgres.embedded.TestPostgres.TestDatabase;
import chatd.strict.StreamRequest;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Three replicas of this version over a database as the first tables were left when the only
/// process that knew no others was killed: what is stored is there, what was under way goes on.
///
/// `chats-of-version-1.txt` has one row in each line, as JSON behind the name of its table. The
/// chatd of that time wrote them itself, with its demo model.
@Tag("slow")
@Timeout(180)
class UpgradeTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final String TABLES = "1";
  private static final String ROWS = "chats-of-version-1.txt";
  private static final String EDITED = "c662b0e6-f192-4680-833d-9128b5d28b53";
  private static final String STOPPED = "b5f00669-2b75-4cd8-b664-4f042b870f39";
  private static final String WITH_A_TOOL = "4c088312-7923-4aa8-9ae0-14eb7151bc05";
  private static final String FAILED = "78acbe27-5467-4592-b506-9aa5c75807f0";
  private static final String ANSWERING = "176ee202-4f7e-4520-a8fe-c76f31460582";
  private static final String TRYING_AGAIN = "52cfbdb3-7df6-4257-b01d-404e6552e380";

  private static Stage stage;
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    var database = POSTGRES.createDatabase();
    fill(database);
    stage = Stage.with(database);
    stage.answer("Please hang.", Script.answer("Not", " this time"));
    stage.answer("Please fail.", Script.answer("Not", " any more"));
    stage.answer("Please fail hard.", Script.answer("Not", " again"));
    cluster = Cluster.start(stage, 3, "--lease", "6s");
  }

  @AfterAll
  static void stop() {
    cluster.close();
    stage.close();
  }

  private static void fill(TestDatabase database) throws IOException, SQLException {
    Flyway.configure()
        .dataSource(database.jdbcUrl(), null, null)
        .locations("classpath:db/migration")
        .target(TABLES)
        .load()
        .migrate();
    try (var rows = UpgradeTest.class.getResourceAsStream(ROWS);
        var connection = database.connect()) {
      var text = new String(requireNonNull(rows).readAllBytes(), UTF_8);
      for (var row : text.lines().toList()) {
        insert(connection, row.substring(0, row.indexOf(' ')), row.substring(row.indexOf(' ')));
      }
      try (var statement = connection.createStatement()) {
        for (var table : List.of("messages", "queued_messages")) {
          statement.execute(
              "select setval(pg_get_serial_sequence('%s', 'id'), 1000)".formatted(table));
        }
        statement.execute("update idempotency_keys set created_at = clock_timestamp()");
        // The model of that time is not offered any more: the tests say what is answered.
        for (var table : List.of("chats", "messages", "queued_messages")) {
          statement.execute("update %s set model_config_id = gen_random_uuid()".formatted(table));
        }
      }
    }
  }

  private static void insert(Connection connection, String table, String row) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            insert into %1$s overriding system value
            select (json_populate_record(null::%1$s, ?::json)).*
            """
                .formatted(table))) {
      statement.setString(1, row);
      assertThat(statement.executeUpdate()).isEqualTo(1);
    }
  }

  private static StreamViewer viewer(int replica, String chat) {
    return StreamViewer.open(cluster.get(replica).client(), chat, Kind.WEB_SOCKET);
  }

  @Test
  void historyOfThatTime_isShown_toTheLastCharacter() {
    for (var i = 0; i < 3; i++) {
      try (var edited = viewer(i, EDITED);
          var stopped = viewer(i, STOPPED);
          var tool = viewer(i, WITH_A_TOOL)) {
        for (var viewer : List.of(edited, stopped, tool)) {
          viewer.awaitStatus("waiting").mustShowWhatIsStored();
        }
        assertThat(edited.history())
            .hasSize(6)
            .startsWith("user: Hello?")
            .contains("user: echo \u0000 instead of \ud800", "assistant: \u0000 instead of \ud800");
        assertThat(stopped.history())
            .containsExactly(
                "user: Please hang. And be stopped.",
                "assistant: I begin to answer, and then I fall ");
        assertThat(tool.history()).hasSize(4);
        assertThat(
                tool.<Integer>get(c ->
                    c.messages().values().stream()
                        .mapToInt(message -> message.path("content").size())
                        .sum()))
            .isEqualTo(5);
      }
    }
  }

  @Test
  void cursorOfThatTime_isGood() throws IOException {
    // Messages 3 and 4 were replaced by an edit, in version 8 of the history.
    mustBeSent(
        "after_id=4&cursor=7.0.0",
        "history_reset",
        "message",
        "message",
        "message",
        "message",
        "message",
        "message",
        "queue_update",
        "status");
    mustBeSent(
        "after_id=2&cursor=3.0.0",
        "message",
        "message",
        "message",
        "message",
        "queue_update",
        "status");
    mustBeSent("after_id=8&cursor=13.0.0", "queue_update", "status");
  }

  private static void mustBeSent(String query, String... types) throws IOException {
    for (var replica : cluster.living()) {
      var request = new StreamRequest(query, null);
      var sent = new ArrayList<String>();
      try (var socket =
          StreamSocket.open(
              Kind.WEB_SOCKET, replica.client(), EDITED, request, StreamSocket.Pace.USUAL)) {
        while (sent.size() < types.length) {
          for (var event : socket.next()) {
            sent.add(ApiClient.MAPPER.readTree(event.json()).path("type").asString());
          }
        }
      }
      assertThat(sent).startsWith(types);
    }
  }

  @Test
  void keyOfThatTime_isNotUsedAgain() {
    var user = cluster.get(0).client();
    var before = user.messages(EDITED).path("messages").size();

    var answer = user.sendOnce(EDITED, "echo kept", "kept").expect(200);

    assertThat(answer.path("message").path("id").asLong()).isEqualTo(7);
    assertThat(user.messages(EDITED).path("messages")).hasSize(before);
  }

  @Test
  void turnThatWasUnderWay_isAnswered_andTheQueueBehindIt() {
    try (var viewer = viewer(1, ANSWERING)) {
      viewer.await("all answers", c -> c.is("waiting") && c.messages().size() == 4);
      assertThat(viewer.history())
          .containsExactly(
              "user: Please hang.",
              "assistant: Not this time",
              "user: And then?",
              "assistant: And then?");
      viewer.mustShowWhatIsStored();
    }
  }

  @Test
  void turnThatWaitedToBeTriedAgain_isTriedAgain() {
    try (var viewer = viewer(2, TRYING_AGAIN)) {
      viewer.awaitStatus("waiting");
      assertThat(viewer.history()).containsExactly("user: Please fail.", "assistant: Not any more");
    }
  }

  @Test
  void turnThatHadFailed_isRunAgainWhenToldTo() {
    try (var viewer = viewer(0, FAILED)) {
      viewer.await("the failure", c -> c.is("error") && c.error() != null);
      cluster.get(2).client().retry(FAILED).expect(200);
      viewer.awaitStatus("waiting");
      assertThat(viewer.history())
          .containsExactly("user: Please fail hard.", "assistant: Not again");
    }
  }
}
