package chatd.server.postgres;

import chatd.engine.port.ModelDirectory;
import chatd.engine.port.ModelDirectory.Change.Why;
import chatd.engine.port.ProviderKind;
import chatd.server.wire.ModelSettingsCodec;
import chatd.server.wire.TextCodec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Providers and models in PostgreSQL.
public final class PostgresModelDirectory implements ModelDirectory {
  private static final String PROVIDERS = "select * from model_providers";
  private static final String MODELS = "select * from model_configs";

  private final Database database;

  public PostgresModelDirectory(Database database) {
    this.database = database;
  }

  @Override
  public long version() {
    return database.single(connection ->
        Sql.of("select models_version from deployment")
            .first(connection, row -> row.getLong("models_version"))
            .orElseThrow());
  }

  @Override
  public Entries read() {
    return database.transaction(connection -> {
      // Locked against changes, not against other readers, so that all of it is of one version.
      var deployment =
          Sql.of("select models_version, created_at from deployment for share")
              .first(
                  connection,
                  row ->
                      new Deployment(row.getLong("models_version"), Rows.time(row, "created_at")))
              .orElseThrow();
      return new Entries(
          deployment.version(),
          deployment.since(),
          Sql.of(PROVIDERS + " order by created_at, id")
              .list(connection, PostgresModelDirectory::provider),
          Sql.of(MODELS + " order by created_at, id")
              .list(connection, PostgresModelDirectory::model));
    });
  }

  private record Deployment(long version, Instant since) {}

  /// Something to do while nobody else changes anything.
  @FunctionalInterface
  private interface Work<T> {
    Change<T> on(Connection connection) throws SQLException;
  }

  private <T> Change<T> alone(Work<T> work) {
    return database.transaction(connection -> {
      Sql.of("update deployment set models_version = models_version + 1").update(connection);
      var change = work.on(connection);
      if (!(change instanceof Change.Done)) {
        connection.rollback();
      }
      return change;
    });
  }

  @Override
  public Change<ProviderEntry> addProvider(ProviderEntry entry) {
    return alone(connection ->
        isKnown(connection, entry.kind())
            ? new Change.Refused<>(Why.PROVIDER_EXISTS)
            : write(connection, entry));
  }

  @Override
  public Change<ProviderEntry> changeProvider(UUID id, UnaryOperator<ProviderEntry> change) {
    return alone(connection -> {
      var before = findProvider(connection, id);
      return before.isEmpty()
          ? new Change.Missing<>()
          : write(connection, change.apply(before.get()));
    });
  }

  @Override
  public Change<ProviderEntry> removeProvider(UUID id) {
    return alone(connection -> {
      var before = findProvider(connection, id);
      if (before.isEmpty()) {
        return new Change.Missing<>();
      }
      var kind = before.get().kind().wireName();
      var inUse =
          Sql.of("select 1 from model_configs where provider = ? limit 1", kind)
              .first(connection, _ -> 1);
      if (inUse.isPresent()) {
        return new Change.Refused<>(Why.PROVIDER_IN_USE);
      }
      Sql.of("delete from model_providers where id = ?", id).update(connection);
      return new Change.Done<>(before.get());
    });
  }

  @Override
  public Change<ModelEntry> addModel(ModelEntry entry, boolean isProviderKnown) {
    return alone(connection -> {
      var count =
          Sql.of("select count(*) as models from model_configs")
              .first(connection, row -> row.getInt("models"))
              .orElseThrow();
      return count >= MODELS_MAX
          ? new Change.Refused<>(Why.TOO_MANY_MODELS)
          : write(connection, entry, isProviderKnown);
    });
  }

  @Override
  public Change<ModelEntry> changeModel(
      UUID id, UnaryOperator<ModelEntry> change, boolean isProviderKnown) {
    return alone(connection -> {
      var before = findModel(connection, id);
      return before.isEmpty()
          ? new Change.Missing<>()
          : write(connection, change.apply(before.get()), isProviderKnown);
    });
  }

  @Override
  public Change<ModelEntry> removeModel(UUID id) {
    return alone(connection -> {
      var before = findModel(connection, id);
      Sql.of("delete from model_configs where id = ?", id).update(connection);
      return before.<Change<ModelEntry>>map(Change.Done::new).orElseGet(Change.Missing::new);
    });
  }

  private static Change<ProviderEntry> write(Connection connection, ProviderEntry entry)
      throws SQLException {
    return new Change.Done<>(
        Sql.of(
                """
                insert into model_providers
                  (id, kind, display_name, base_url, sealed_key, enabled)
                values (?, ?, ?::bytea, ?::text, ?::text, ?)
                on conflict (id) do update set
                  display_name = excluded.display_name, base_url = excluded.base_url,
                  sealed_key = excluded.sealed_key, enabled = excluded.enabled,
                  updated_at = clock_timestamp()
                returning *
                """,
                entry.id(),
                entry.kind().wireName(),
                encoded(entry.displayName()),
                entry.baseUrl(),
                entry.sealedKey(),
                entry.enabled())
            .first(connection, PostgresModelDirectory::provider)
            .orElseThrow());
  }

  private static Change<ModelEntry> write(
      Connection connection, ModelEntry entry, boolean isProviderKnown) throws SQLException {
    if (!isProviderKnown && !isKnown(connection, entry.provider())) {
      return new Change.Refused<>(Why.NO_SUCH_PROVIDER);
    }
    if (entry.use().isDefault()) {
      Sql.of(
              """
              update model_configs set is_default = false, updated_at = clock_timestamp()
              where is_default and id <> ?
              """,
              entry.id())
          .update(connection);
    }
    return new Change.Done<>(
        Sql.of(
                """
                insert into model_configs
                  (id, provider, model, display_name, enabled, is_default, context_limit,
                    compression_threshold, model_config)
                values (?, ?, ?, ?::bytea, ?, ?, ?, ?, ?)
                on conflict (id) do update set
                  provider = excluded.provider, model = excluded.model,
                  display_name = excluded.display_name, enabled = excluded.enabled,
                  is_default = excluded.is_default, context_limit = excluded.context_limit,
                  compression_threshold = excluded.compression_threshold,
                  model_config = excluded.model_config, updated_at = clock_timestamp()
                returning *
                """,
                entry.id(),
                entry.provider().wireName(),
                TextCodec.encode(entry.names().model()),
                encoded(entry.names().displayName()),
                entry.use().enabled(),
                entry.use().isDefault(),
                entry.context().limit(),
                entry.context().compressionThreshold(),
                ModelSettingsCodec.encode(entry.asking()))
            .first(connection, PostgresModelDirectory::model)
            .orElseThrow());
  }

  private static boolean isKnown(Connection connection, ProviderKind kind) throws SQLException {
    return Sql.of("select 1 from model_providers where kind = ?", kind.wireName())
        .first(connection, _ -> 1)
        .isPresent();
  }

  private static Optional<ProviderEntry> findProvider(Connection connection, UUID id)
      throws SQLException {
    return Sql.of(PROVIDERS + " where id = ?", id)
        .first(connection, PostgresModelDirectory::provider);
  }

  private static Optional<ModelEntry> findModel(Connection connection, UUID id)
      throws SQLException {
    return Sql.of(MODELS + " where id = ?", id).first(connection, PostgresModelDirectory::model);
  }

  private static ProviderEntry provider(ResultSet row) throws SQLException {
    return new ProviderEntry(
        Rows.uuid(row, "id"),
        ProviderKind.of(row.getString("kind")).orElseThrow(),
        decoded(row, "display_name"),
        Rows.textOrNull(row, "base_url"),
        Rows.textOrNull(row, "sealed_key"),
        row.getBoolean("enabled"),
        times(row));
  }

  private static ModelEntry model(ResultSet row) throws SQLException {
    return new ModelEntry(
        Rows.uuid(row, "id"),
        ProviderKind.of(row.getString("provider")).orElseThrow(),
        new ModelEntry.Names(TextCodec.decode(row.getBytes("model")), decoded(row, "display_name")),
        new ModelEntry.Use(row.getBoolean("enabled"), row.getBoolean("is_default")),
        new ModelEntry.Context(row.getLong("context_limit"), row.getInt("compression_threshold")),
        ModelSettingsCodec.decode(row.getString("model_config")),
        times(row));
  }

  private static Times times(ResultSet row) throws SQLException {
    return new Times(Rows.time(row, "created_at"), Rows.time(row, "updated_at"));
  }

  private static byte @Nullable [] encoded(@Nullable String text) {
    return text == null ? null : TextCodec.encode(text);
  }

  private static @Nullable String decoded(ResultSet row, String column) throws SQLException {
    var bytes = Rows.bytesOrNull(row, column);
    return bytes == null ? null : TextCodec.decode(bytes);
  }
}
