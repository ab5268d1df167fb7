package chatd;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.server.cli.Finding;
import chatd.server.cli.Finding.Verdict;
import chatd.server.postgres.DatabaseUrl;
import chatd.server.postgres.embedded.TestPostgres;
import chatd.server.postgres.embedded.TestPostgres.TestDatabase;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// `chatd doctor` with real databases and a real replica.
class ExaminationTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private @TempDir Path folder;

  private List<Finding> examine(String... words) throws InterruptedException {
    var found = new ArrayList<Finding>();
    Examination.begin(RunningReplica.settings(folder, words), found::add);
    return found;
  }

  private static Finding of(List<Finding> all, String what) {
    var found = all.stream().filter(finding -> finding.what().equals(what)).toList();
    assertThat(found).as(what).hasSize(1);
    return found.getFirst();
  }

  @Test
  void healthyDeployment_hasNothingThatFails() throws Exception {
    try (var database = POSTGRES.createDatabase();
        var _ = RunningReplica.start(folder, database.jdbcUrl())) {
      var all = examine("--database-url", database.jdbcUrl());

      assertThat(all).noneMatch(finding -> finding.verdict() == Verdict.FAIL);
      assertThat(all)
          .extracting(Finding::what)
          .containsExactly(
              "disk",
              "database",
              "pooler",
              "rights",
              "listener",
              "clock",
              "durability",
              "connections",
              "replica",
              "provider");
      assertThat(of(all, "database").text()).startsWith("PostgreSQL 18");
      assertThat(of(all, "rights").text()).contains("are there, in version ");
      assertThat(of(all, "replica").text()).endsWith("lives and is reached");
      // The server of the tests does without what makes it safe.
      assertThat(of(all, "durability").verdict()).isEqualTo(Verdict.NOTE);
      assertThat(all).allSatisfy(finding -> assertThat(finding.text()).doesNotContain("\n"));
    }
  }

  @Test
  void databaseWithoutTables_isSaidToBeNew_andStaysSo() throws Exception {
    try (var database = POSTGRES.createDatabase()) {
      var first = examine("--database-url", database.jdbcUrl());
      var again = examine("--database-url", database.jdbcUrl());

      assertThat(of(first, "rights"))
          .isEqualTo(Finding.ok("rights", "may make tables; chatd's are not there yet"));
      assertThat(of(again, "rights")).isEqualTo(of(first, "rights"));
    }
  }

  @Test
  void tablesOfAnotherRole_failOnce_andTheRestIsStillLookedAt() throws Exception {
    try (var database = POSTGRES.createDatabase();
        var _ = RunningReplica.start(folder, database.jdbcUrl())) {
      var role = "late_" + database.name();
      tell(database, "create role " + role + " login password 'hunter2'");
      try {
        var late = DatabaseUrl.parse(database.jdbcUrl());
        var all =
            examine(
                "--database-url",
                "postgres://%s:hunter2@%s:%d/%s"
                    .formatted(role, late.host(), late.port(), late.database()));

        assertThat(all)
            .filteredOn(finding -> finding.verdict() == Verdict.FAIL)
            .singleElement()
            .satisfies(found -> assertThat(found.what()).isEqualTo("rights"))
            .satisfies(found -> assertThat(found.text()).contains("connect as that one"));
        assertThat(of(all, "clock").verdict()).isEqualTo(Verdict.OK);
      } finally {
        tell(database, "drop role " + role);
      }
    }
  }

  private static void tell(TestDatabase database, String sql) throws SQLException {
    try (var connection = database.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void databaseThatIsAway_fails_andTheRestIsStillLookedAt() throws Exception {
    var all =
        examine("--database-url", "postgres://ada:hunter2@127.0.0.1:" + freePort() + "/chats");

    assertThat(of(all, "database").verdict()).isEqualTo(Verdict.FAIL);
    assertThat(of(all, "provider").verdict()).isEqualTo(Verdict.OK);
    assertThat(all.toString()).doesNotContain("hunter2");
  }

  @Test
  void embeddedDatabaseThatIsNotThereYet_isNotMade() throws Exception {
    assertThat(of(examine(), "database").verdict()).isEqualTo(Verdict.OK);
    assertThat(folder.resolve("postgres")).doesNotExist();
  }

  @Test
  void replicaWhoseAddressAnotherOneHas_fails() throws Exception {
    try (var database = POSTGRES.createDatabase();
        var replica = RunningReplica.start(folder, database.jdbcUrl())) {
      try (var connection = database.connect();
          var statement = connection.createStatement()) {
        statement.execute(
            "update replicas set address = 'http://127.0.0.1:%d'".formatted(freePort()));
      }
      var found = of(examine("--database-url", database.jdbcUrl()), "replica");

      assertThat(found.verdict()).isEqualTo(Verdict.FAIL);
      assertThat(found.text()).contains("nobody listens there: see its --relay-url");
      assertThat(replica.server().port()).isPositive();
    }
  }

  @Test
  void provider_isAskedForItsModels() throws Exception {
    var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/v1/models",
        exchange -> {
          var right =
              "Bearer sk-right".equals(exchange.getRequestHeaders().getFirst("Authorization"));
          var body =
              (right ? "{\"data\":[{\"id\":\"m1\"}]}" : "no, not with sk-wrong")
                  .getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(right ? 200 : 401, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    var moved = new AtomicInteger();
    http.createContext(
        "/moved/models",
        exchange -> {
          moved.incrementAndGet();
          exchange.getResponseHeaders().set("Location", "/v1/models");
          exchange.sendResponseHeaders(307, -1);
          exchange.close();
        });
    http.start();
    try {
      var base = "http://127.0.0.1:" + http.getAddress().getPort();
      assertThat(provider(base + "/v1", "sk-right", "m1"))
          .isEqualTo(
              Finding.ok(
                  "provider",
                  "asked for its models at " + base + "/v1/models: the key is accepted"));
      assertThat(provider(base + "/v1", "sk-right", "m2").verdict()).isEqualTo(Verdict.NOTE);
      assertThat(provider(base + "/elsewhere", "sk-right", "m1").verdict()).isEqualTo(Verdict.NOTE);
      // Where it was sent on to would get the key.
      assertThat(provider(base + "/moved", "sk-right", "m1").text()).contains("it answers 307");
      assertThat(moved).hasValue(1);
      assertThat(provider(base + "/v1/", "sk-wrong", "m1"))
          .satisfies(found -> assertThat(found.verdict()).isEqualTo(Verdict.FAIL))
          .satisfies(found ->
              assertThat(found.text()).endsWith("the key is refused (401); see --openai-api-key"));
    } finally {
      http.stop(0);
    }
    assertThat(provider("http://127.0.0.1:" + freePort() + "/v1", "sk-right", "m1").verdict())
        .isEqualTo(Verdict.FAIL);
  }

  private Finding provider(String base, String key, String model) throws InterruptedException {
    return of(
        examine("--model=openai/" + model, "--openai-base-url=" + base, "--openai-api-key=" + key),
        "provider");
  }

  @Test
  void providerWithoutAKey_fails() throws Exception {
    assertThat(of(examine("--model=openai/gpt"), "provider").verdict()).isEqualTo(Verdict.FAIL);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
