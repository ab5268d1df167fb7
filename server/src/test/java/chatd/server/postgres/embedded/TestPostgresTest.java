package chatd.server.postgres.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TestPostgresTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  @Test
  void aDatabaseMadeFromATemplateHasItsTablesAndIsSeparate() throws SQLException {
    try (var template = POSTGRES.createDatabase()) {
      run(template, "create table note (text text)");
      try (var first = POSTGRES.createDatabase(template.name());
          var second = POSTGRES.createDatabase(template.name())) {
        run(first, "insert into note values ('first')");
        assertThat(count(first)).isEqualTo(1);
        assertThat(count(second)).isZero();
      }
    }
  }

  private static void run(TestPostgres.TestDatabase database, String sql) throws SQLException {
    try (var connection = database.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int count(TestPostgres.TestDatabase database) throws SQLException {
    try (var connection = database.connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("select count(*) from note")) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
