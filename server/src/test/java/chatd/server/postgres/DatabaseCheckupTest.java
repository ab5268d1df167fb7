package chatd.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.engine.port.StoreException;
import chatd.server.postgres.embedded.TestPostgres;
import chatd.server.postgres.embedded.TestPostgres.TestDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabaseCheckupTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private final WallClock time = new WallClock();
  private TestDatabase database;

  @BeforeEach
  void createDatabase() {
    database = POSTGRES.createDatabase();
  }

  @AfterEach
  void dropDatabase() {
    database.close();
    time.close();
  }

  @Test
  void ordinaryDatabase_hasWhatChatdNeeds() {
    try (var checkup = DatabaseCheckup.of(DatabaseUrl.parse(database.jdbcUrl()), time)) {
      assertThat(checkup.server().number()).isGreaterThan(180_000);
      assertThat(checkup.server().standby()).isFalse();
      checkup.requireTables();
      assertThat(checkup.tables()).isEmpty();
      assertThat(checkup.strangeOwner()).isEmpty();
      assertThat(checkup.pooler()).isEmpty();
      assertThat(checkup.encoding()).isEmpty();
      assertThat(checkup.hintDelay()).isPresent();
      assertThat(checkup.clockAhead().abs().toSeconds()).isZero();
      assertThat(checkup.care().connectionsMax()).isPositive();
    }
  }

  @Test
  void requireTables_withoutTheRight_isRefused() throws SQLException {
    var role = "poor_" + database.name();
    tell("create role " + role + " login password 'hunter2'");
    tell("revoke create on schema public from public");
    var url = DatabaseUrl.parse(database.jdbcUrl());
    var poor =
        new DatabaseUrl(url.host(), url.port(), url.database(), role, "hunter2", url.parameters());
    try (var checkup = DatabaseCheckup.of(poor, time)) {
      assertThatThrownBy(checkup::requireTables)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("permission denied");
      assertThat(checkup.pooler()).isEmpty(); // It goes on after the refusal.
    } finally {
      tell("drop role " + role);
    }
  }

  @Test
  void poolerThatLendsSessions_isFound() throws SQLException {
    try (var pooler = new Pooler(database.jdbcUrl());
        var checkup = new DatabaseCheckup(pooler::connect, time)) {
      assertThat(checkup.pooler()).hasValueSatisfying(says("lends sessions out"));
    }
  }

  @Test
  void poolerThatTakesNoTransactions_isFound() throws SQLException {
    try (var checkup = new DatabaseCheckup(this::connectWithoutTransactions, time)) {
      assertThat(checkup.pooler()).hasValueSatisfying(says("lends sessions out"));
    }
  }

  private Connection connectWithoutTransactions() throws SQLException {
    var session = database.connect();
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, method, arguments) -> {
              if (method.getName().equals("setAutoCommit")) {
                session.close();
                throw new SQLException("transaction blocks not allowed", "08P01");
              }
              return method.invoke(session, arguments);
            });
  }

  @Test
  void poolerThatDropsWhatIsAskedFor_isFound() throws SQLException {
    try (var checkup = new DatabaseCheckup(database::connect, time)) {
      assertThat(checkup.pooler()).hasValueSatisfying(says("drops the options"));
    }
  }

  @Test
  void poolerThatRefusesWhatIsAskedFor_isFound_andNothingServedOverIt() throws Exception {
    try (var pooler = new RefusingPooler("08P01", "unsupported startup parameter: options")) {
      assertThatThrownBy(() -> DatabaseCheckup.of(pooler.url(), time))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("a pooler in between refuses")
          .hasMessageContaining("unsupported startup parameter: options");
      assertThatThrownBy(() -> DatabaseCheckup.require(pooler.url(), time))
          .isInstanceOf(StoreException.class)
          .hasMessageMatching("The database .* cannot be used: a pooler .*: connect directly\\.");
    }
  }

  @Test
  void databaseThatRefusesTheLogin_isNoPooler() throws Exception {
    try (var refusing = new RefusingPooler("28P01", "password authentication failed")) {
      DatabaseCheckup.require(refusing.url(), time);
      assertThatThrownBy(() -> DatabaseCheckup.of(refusing.url(), time))
          .hasMessage("FATAL: password authentication failed");
    }
  }

  @Test
  void encodingThatCannotHoldAnyText_isFound() throws SQLException {
    var narrow = "narrow_" + database.name();
    tell("create database " + narrow + " encoding latin1 locale 'C' template template0");
    try {
      var url = DatabaseUrl.parse(database.jdbcUrl());
      var there =
          new DatabaseUrl(
              url.host(), url.port(), narrow, url.user(), url.password(), url.parameters());
      assertThatThrownBy(() -> DatabaseCheckup.require(there, time))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("its encoding is LATIN1");
    } finally {
      tell("drop database " + narrow);
    }
  }

  @Test
  void tablesOfAnotherRole_areFound() throws SQLException {
    var role = "late_" + database.name();
    tell("create role " + role + " login password 'hunter2'");
    tell("create table chats (id int)");
    var url = DatabaseUrl.parse(database.jdbcUrl());
    var late =
        new DatabaseUrl(url.host(), url.port(), url.database(), role, "hunter2", url.parameters());
    try (var checkup = DatabaseCheckup.of(late, time)) {
      assertThat(checkup.strangeOwner()).contains(String.valueOf(url.user()));
    } finally {
      tell("drop role " + role);
    }
  }

  private static Consumer<String> says(String what) {
    return text -> assertThat(text).contains(what).endsWith(": connect directly");
  }

  private void tell(String sql) throws SQLException {
    try (var connection = database.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// Lends a session out for one transaction, the one last given back first, as poolers do.
  private static final class Pooler implements AutoCloseable {
    private final String url;
    private final List<Connection> all = new ArrayList<>();
    private final List<Connection> idle = new ArrayList<>();

    Pooler(String url) {
      this.url = url;
    }

    Connection connect() {
      var client = new Client();
      return (Connection)
          Proxy.newProxyInstance(
              Connection.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (_, method, arguments) -> {
                try {
                  return client.call(method, arguments == null ? new Object[0] : arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    private Connection lend() throws SQLException {
      if (idle.isEmpty()) {
        var made = DriverManager.getConnection(url);
        all.add(made);
        return made;
      }
      return idle.removeLast();
    }

    @Override
    public void close() throws SQLException {
      for (var connection : all) {
        connection.close();
      }
    }

    /// One client's end. A statement outside of a transaction is one of its own.
    private final class Client {
      private @Nullable Connection held;

      @Nullable Object call(Method method, Object[] arguments) throws Exception {
        switch (method.getName()) {
          case "setAutoCommit" -> {
            return setAutoCommit(arguments[0].equals(true));
          }
          case "close" -> {
            return null;
          }
          default -> {
            var mine = held;
            var session = mine == null ? lend() : mine;
            try {
              return method.invoke(session, arguments);
            } finally {
              if (mine == null) {
                idle.add(session);
              }
            }
          }
        }
      }

      private @Nullable Object setAutoCommit(boolean ends) throws SQLException {
        var session = held == null ? lend() : held;
        session.setAutoCommit(ends);
        held = ends ? null : session;
        if (ends) {
          idle.add(session);
        }
        return null;
      }
    }
  }
}
