package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.server.model.FakeProvider;
import chatd.server.model.ProviderExchange;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import chatd.server.postgres.embedded.TestPostgres.TestDatabase;
import chatd.strict.AnsweredCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A database, a provider, and how to start replicas between them.
///
/// What the provider answers is said per question, that is per text of the last user message, so
/// that tests which share a stage do not meet. A question without a script is answered with itself.
final class Stage implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TITLE_TASK = "Name the topic of the conversation";

  private final @Nullable TestDatabase database;
  private final FakeProvider provider = FakeProvider.start();
  private final Path folder;
  private final Map<String, Queue<Script>> answers = new ConcurrentHashMap<>();
  private final Map<String, BlockingQueue<ProviderExchange>> requests = new ConcurrentHashMap<>();

  private final List<String> faults = new CopyOnWriteArrayList<>();

  private Stage(@Nullable TestDatabase database) {
    this.database = database;
    try {
      folder = Files.createTempDirectory("chatd-e2e-");
      // Under root the embedded database runs under another account, which has to pass through.
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    provider.otherwise(this::answer);
  }

  static Stage with(TestPostgres postgres) {
    return with(postgres.createDatabase());
  }

  /// With a database that has something in it already. It is closed with the stage.
  static Stage with(TestDatabase database) {
    return new Stage(database);
  }

  /// Replicas keep their data in the folder of the stage.
  static Stage withEmbeddedDatabase() {
    return new Stage(null);
  }

  Replica.Setup setup(String... options) {
    return new Replica.Setup(
        folder.resolve("data"),
        database == null ? null : database.jdbcUrl(),
        provider.baseUrl(),
        0,
        List.of(options));
  }

  /// The port at which the database listens.
  int databasePort() {
    return URI.create(String.valueOf(setup().databaseUrl()).substring("jdbc:".length())).getPort();
  }

  /// What is committed outlives the server, which is otherwise in a hurry in tests.
  Stage keepingWhatIsCommitted() {
    tellDatabase(
        """
        do $$ begin
          execute format('alter database %I set synchronous_commit = on', current_database());
        end $$
        """);
    return this;
  }

  /// `kill -9` of one session of a replica, upon which the server ends all the others and recovers.
  void killOneDatabaseSession() {
    sessionProcess(
            """
            datname = current_database()
            and application_name in (select id::text from replicas)
            """)
        .destroyForcibly();
  }

  private ProcessHandle sessionProcess(String which) {
    var pid = askDatabase("select pid from pg_stat_activity where " + which + " limit 1");
    return ProcessHandle.of(pid).orElseThrow();
  }

  /// How many migrations the database has seen.
  long migrations() {
    return askDatabase("select count(*) from flyway_schema_history where success");
  }

  /// Every connection to the database breaks, as in a restart of PostgreSQL. New ones can be made.
  void breakDatabaseConnections() {
    tellDatabase(
        """
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
        """);
  }

  /// The connections break on which replicas hear of each other and hold the lock that says they
  /// live. All others go on.
  void breakListeners() {
    tellDatabase(
        """
        select pg_terminate_backend(l.pid) from pg_locks l
        join pg_stat_activity a on a.pid = l.pid and a.datname = current_database()
        where l.locktype = 'advisory' and l.granted
        """);
  }

  private void tellDatabase(String sql) {
    try (var connection = ownDatabase().connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private long askDatabase(String sql) {
    try (var connection = ownDatabase().connect();
        var statement = connection.createStatement();
        var answer = statement.executeQuery(sql)) {
      assertThat(answer.next()).isTrue();
      return answer.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private TestDatabase ownDatabase() {
    if (database == null) {
      throw new IllegalStateException("only a database of the tests can be told to");
    }
    return database;
  }

  /// The next requests that ask this are answered so, in this order.
  Stage answer(String question, Script... scripts) {
    answers.computeIfAbsent(question, _ -> new ConcurrentLinkedQueue<>()).addAll(List.of(scripts));
    return this;
  }

  /// As if nobody had ever asked this, or been told what to answer.
  void forget(String question) {
    answers.remove(question);
    requests.remove(question);
  }

  /// The next request that asks this. Waits for it.
  ProviderExchange request(String question) {
    try {
      var request = requestsFor(question).poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (request == null) {
        throw new AssertionError("nobody asked the provider: " + question);
      }
      return request;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private BlockingQueue<ProviderExchange> requestsFor(String question) {
    return requests.computeIfAbsent(question, _ -> new LinkedBlockingQueue<>());
  }

  private Script answer(ProviderExchange exchange) {
    AnsweredCalls.check(exchange.body()).ifPresent(faults::add);
    if (exchange.body().contains(TITLE_TASK)) {
      return Script.answer("A title");
    }
    var question = exchange.lastUserText();
    requestsFor(question).add(exchange);
    var script = answers.getOrDefault(question, new ConcurrentLinkedQueue<>()).poll();
    return script == null ? Script.answer(question) : script;
  }

  @Override
  public void close() {
    provider.close();
    assertThat(faults).as("prompts with calls and results that do not match").isEmpty();
    if (database != null) {
      database.close();
    }
    deleteFolder();
  }

  private void deleteFolder() {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException _) {
      // What is left of it lies among the temporary files.
    }
  }
}
