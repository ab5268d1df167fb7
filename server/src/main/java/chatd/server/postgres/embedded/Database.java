package chatd.server.postgres.embedded;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/// The one database of the embedded server and the user that it belongs to.
record Database(String password) {
  static final String NAME = "chatd";
  static final String USER = "chatd";

  static String url(int port, String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  /// Logs in and makes the database if it is missing.
  void create(int port) throws SQLException {
    try (var connection = connect(port);
        var statement = connection.createStatement()) {
      var found =
          statement.executeQuery("select 1 from pg_database where datname = '" + NAME + "'");
      if (!found.next()) {
        statement.execute("create database " + NAME);
      }
    }
  }

  boolean answers(int port) {
    try {
      create(port);
      return true;
    } catch (SQLException _) {
      return false;
    }
  }

  private Connection connect(int port) throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", USER);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("socketTimeout", "30");
    return DriverManager.getConnection(url(port, "postgres"), properties);
  }
}
