package chatd.server.postgres.embedded;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/// How chatd gets into its server: one user with all rights, and one database of its own.
record Login(String password) {
  static final String DATABASE = "chatd";
  static final String USER = "chatd";

  static String url(int port, String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  /// Makes the database if it is missing; for the process that runs the server.
  void makeDatabase(int port) throws SQLException {
    try (var connection = connect(url(port, "postgres"));
        var statement = connection.createStatement()) {
      var found =
          statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'");
      if (!found.next()) {
        statement.execute("create database " + DATABASE);
      }
    }
  }

  /// Whether the database is there and lets us in.
  boolean answers(int port) {
    try {
      connect(url(port, DATABASE)).close();
      return true;
    } catch (SQLException _) {
      return false;
    }
  }

  private Connection connect(String url) throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", USER);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("socketTimeout", "30");
    return DriverManager.getConnection(url, properties);
  }
}
