package chatd.server.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// One statement: its text, put together from fixed pieces, and the values for its question marks.
final class Sql {
  /// Where the statements of the work in progress are counted.
  private static final ScopedValue<LongAdder> COUNT = ScopedValue.newInstance();

  private final StringBuilder text = new StringBuilder(256);
  private final List<@Nullable Object> values = new ArrayList<>();

  /// An array parameter with the name of its element type.
  record Array(String type, List<? extends @Nullable Object> elements) {
    /// The driver takes byte arrays among plain objects for a second dimension.
    @Nullable Object[] forDriver() {
      return type.equals("bytea") ? elements.toArray(new byte[0][]) : elements.toArray();
    }
  }

  /// Reads one row.
  @FunctionalInterface
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  /// Work in which statements are made.
  @FunctionalInterface
  interface Counted<T> extends ScopedValue.CallableOp<T, SQLException> {}

  /// Does the work and counts its statements.
  static <T> T countedIn(LongAdder count, Counted<T> work) throws SQLException {
    return ScopedValue.where(COUNT, count).call(work);
  }

  static Sql of(String piece, @Nullable Object... values) {
    return new Sql().add(piece, values);
  }

  /// Appends a piece of text; `piece` is a constant of the program, never made from data.
  Sql add(String piece, @Nullable Object... parameters) {
    text.append(piece);
    Collections.addAll(values, parameters);
    return this;
  }

  <T> List<T> list(Connection connection, Row<T> row) throws SQLException {
    try (var statement = prepare(connection);
        var rows = statement.executeQuery()) {
      List<T> list = new ArrayList<>();
      while (rows.next()) {
        list.add(row.read(rows));
      }
      return list;
    }
  }

  /// The first row, if there is one.
  <T> Optional<T> first(Connection connection, Row<T> row) throws SQLException {
    try (var statement = prepare(connection);
        var rows = statement.executeQuery()) {
      return rows.next() ? Optional.of(row.read(rows)) : Optional.empty();
    }
  }

  /// The number of rows that were written.
  int update(Connection connection) throws SQLException {
    try (var statement = prepare(connection)) {
      return statement.executeUpdate();
    }
  }

  private PreparedStatement prepare(Connection connection) throws SQLException {
    if (COUNT.isBound()) {
      COUNT.get().increment();
    }
    var statement = connection.prepareStatement(text.toString());
    for (var i = 0; i < values.size(); i++) {
      switch (values.get(i)) {
        case Instant time -> statement.setObject(i + 1, time.atOffset(ZoneOffset.UTC));
        case Array array ->
            statement.setArray(i + 1, connection.createArrayOf(array.type(), array.forDriver()));
        case byte[] bytes -> statement.setBytes(i + 1, bytes);
        case null -> statement.setObject(i + 1, null);
        case Object value -> statement.setObject(i + 1, value);
      }
    }
    return statement;
  }
}
