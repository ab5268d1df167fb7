package chatd.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.server.postgres.embedded.TestPostgres;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A rolling restart brings the tables of the new version while replicas of the old one still run.
class MigrationsTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final String COLUMNS =
      """
      select table_name, column_name, data_type, is_nullable, column_default
      from information_schema.columns where table_schema = 'public'
        and table_name <> 'flyway_schema_history'
      order by table_name, column_name
      """;

  @Test
  void newVersion_overTheTablesOfTheOldOne_keepsWhatIsThere_andWhatTheOldOneNeeds()
      throws SQLException {
    try (var database = POSTGRES.createDatabase()) {
      Flyway.configure()
          .dataSource(database.jdbcUrl(), null, null)
          .locations("classpath:db/migration")
          .target("1")
          .load()
          .migrate();
      var id = query(database, "select id from deployment");
      var before = query(database, COLUMNS);

      Migrations.run(DatabaseUrl.parse(database.jdbcUrl()));

      assertThat(query(database, "select id from deployment")).isEqualTo(id);
      // A column that the old version does not know must not be needed when it writes.
      var after = new ArrayList<>(query(database, COLUMNS));
      assertThat(after).containsAll(before);
      after.removeAll(before);
      after.removeIf(column -> !isInTableOf(column, before)); // The old one writes to no new table.
      assertThat(after).allMatch(column -> column.contains(" YES ") || !column.endsWith(" null"));
    }
  }

  private static boolean isInTableOf(String column, List<String> others) {
    var table = column.substring(0, column.indexOf(' ') + 1);
    return others.stream().anyMatch(other -> other.startsWith(table));
  }

  @Test
  void twice_changesNothing() throws SQLException {
    try (var database = POSTGRES.createDatabase()) {
      var url = DatabaseUrl.parse(database.jdbcUrl());
      Migrations.run(url);
      var before = query(database, COLUMNS);

      Migrations.run(url);

      assertThat(query(database, COLUMNS)).isEqualTo(before);
    }
  }

  private static List<String> query(TestPostgres.TestDatabase database, String sql)
      throws SQLException {
    try (var connection = database.connect()) {
      return Sql.of(sql)
          .list(
              connection,
              row -> {
                var line = new StringBuilder();
                for (var i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                  line.append(line.isEmpty() ? "" : " ").append(row.getString(i));
                }
                return line.toString();
              });
    }
  }
}
