package chatd.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.engine.port.StoreException;
import chatd.server.postgres.embedded.TestPostgres;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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

  private static final String REFERENCES_WITHOUT_INDEX =
      """
      select c.conrelid::regclass, a.attname from pg_constraint c
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
      where c.contype = 'f' and not exists (
        select 1 from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1]
          and coalesce(pg_get_expr(i.indpred, i.indrelid), '') in
            ('', '(' || a.attname || ' IS NOT NULL)'))
      """;

  /// Whoever deletes a row that others may name looks for these, however many rows there are.
  @Test
  void everyReference_isFoundByAnIndex() throws SQLException {
    try (var database = POSTGRES.createDatabase()) {
      Migrations.run(DatabaseUrl.parse(database.jdbcUrl()));

      assertThat(query(database, REFERENCES_WITHOUT_INDEX)).isEmpty();
    }
  }

  @Test
  @Timeout(30)
  void newVersion_whileATableIsReadForLong_keepsNobodyElseFromIt() throws Exception {
    try (var database = POSTGRES.createDatabase();
        var backup = database.connect();
        var reader = database.connect();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      migrateTo("2", database);
      backup.setAutoCommit(false);
      Sql.of("select 1 from chats").list(backup, row -> 1);

      var migrated = threads.submit(() -> Migrations.run(DatabaseUrl.parse(database.jdbcUrl())));
      while (query(database, "select 1 from pg_locks where not granted").isEmpty()) {
        Thread.onSpinWait();
      }
      Sql.of("set statement_timeout = '4s'").update(reader);
      Sql.of("select 1 from chats").list(reader, row -> 1);

      backup.commit();
      migrated.get();
      assertThat(query(database, COLUMNS)).anyMatch(column -> column.contains("client_tools"));
    }
  }

  @Test
  void changeThatFails_isNamed() throws SQLException {
    try (var database = POSTGRES.createDatabase();
        var connection = database.connect()) {
      migrateTo("2", database);
      Sql.of("alter table chats add client_tools int").update(connection);

      assertThatThrownBy(() -> Migrations.run(DatabaseUrl.parse(database.jdbcUrl())))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining(": V3__client_tools.sql failed, ")
          .hasMessageContaining("already exists");
    }
  }

  private static void migrateTo(String version, TestPostgres.TestDatabase database) {
    Flyway.configure()
        .dataSource(database.jdbcUrl(), null, null)
        .locations("classpath:db/migration")
        .target(version)
        .load()
        .migrate();
  }

  @Test
  void newVersion_overTheTablesOfTheOldOne_keepsWhatIsThere_andWhatTheOldOneNeeds()
      throws SQLException {
    try (var database = POSTGRES.createDatabase()) {
      migrateTo("1", database);
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
