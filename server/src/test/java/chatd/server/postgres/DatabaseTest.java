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
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private PostgresFixture fixture;

  @BeforeEach
  void createDatabase() {
    fixture = new PostgresFixture(POSTGRES);
  }

  @AfterEach
  void dropDatabase() throws SQLException {
    fixture.close();
  }

  /// The log is read by people who may not read what users write.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "insert into users (username, email) values ('a', 'a@secret.org'), ('b', 'A@secret.org')",
        "insert into users (username, email) values ('secret', null)",
        "insert into users (id, username, email) select id, 'secret', '' from users",
      })
  void fault_saysNothingOfTheRowsThatItIsAbout(String statement) {
    var _ = fixture.newUser();

    var fault =
        catchThrowableOfType(
            StoreException.class,
            () -> fixture.database().single(connection -> Sql.of(statement).update(connection)));

    assertThat(fault.kind()).isEqualTo(StoreException.Kind.BROKEN);
    var logged = new StringWriter();
    fault.printStackTrace(new PrintWriter(logged));
    assertThat(logged.toString()).contains("users").doesNotContain("ecret");
  }
}
