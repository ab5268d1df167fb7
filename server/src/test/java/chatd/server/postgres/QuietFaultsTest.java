package chatd.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import chatd.engine.port.StoreException;
import chatd.server.postgres.embedded.TestPostgres;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Errors of the database are logged, so they must not say what is in its rows.
class QuietFaultsTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final String PRIVATE = "somebody-private";

  private PostgresFixture fixture;

  @BeforeEach
  void createDatabase() {
    fixture = new PostgresFixture(POSTGRES);
  }

  @AfterEach
  void dropDatabase() throws SQLException {
    fixture.close();
  }

  @Test
  void uniqueKey_isNamedWithoutItsValue() {
    var twice =
        "insert into users (username, email) select ?, 'x' || i from generate_series(1, 2) i";
    var fault = fault(Sql.of(twice, PRIVATE));
    assertThat(fault).contains("users_").doesNotContain(PRIVATE);
  }

  @Test
  void check_isNamedWithoutTheRow() {
    var nameless = "insert into users (username, email) values (?, null)";
    var fault = fault(Sql.of(nameless, PRIVATE));
    assertThat(fault).contains("not-null").doesNotContain(PRIVATE);
  }

  /// As it would be logged.
  private String fault(Sql sql) {
    var failure =
        catchThrowableOfType(StoreException.class, () -> fixture.database().single(sql::update));
    var text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
