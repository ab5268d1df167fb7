package chatd.server.postgres;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// Where a database is and who may use it, as people write it:
/// `postgres://user:password@host:port/database?sslmode=require`. Every piece but the host may be
/// percent-encoded. The form that JDBC uses is understood too.
///
/// `parameters` are handed to the driver as they are.
public record DatabaseUrl(
    String host,
    int port,
    String database,
    @Nullable String user,
    @Nullable String password,
    Map<String, String> parameters) {
  private static final int DEFAULT_PORT = 5432;

  public DatabaseUrl {
    parameters = Map.copyOf(parameters);
  }

  /// Reads what somebody configured.
  ///
  /// @throws IllegalArgumentException with a sentence for the person who wrote it, without the
  ///   password
  public static DatabaseUrl parse(String text) {
    var rest = withoutScheme(text);
    var query = after(rest, '?');
    var place = before(rest, '?');
    var authority = before(place, '/');
    var path = after(place, '/');
    var at = authority.lastIndexOf('@');
    var login = at < 0 ? "" : authority.substring(0, at);
    var host = authority.substring(at + 1);
    var parameters = parameters(query == null ? "" : query);
    var user = at < 0 ? parameters.remove("user") : decode(before(login, ':'));
    var passwordText = after(login, ':');
    var password = passwordText == null ? parameters.remove("password") : decode(passwordText);
    if (path == null || path.isEmpty()) {
      throw new IllegalArgumentException("The database URL names no database.");
    }
    return new DatabaseUrl(hostOf(host), portOf(host), decode(path), user, password, parameters);
  }

  /// For the driver; it contains no secret.
  String jdbc() {
    var address = host.indexOf(':') < 0 ? host : "[" + host + "]";
    return "jdbc:postgresql://" + address + ":" + port + "/" + encode(database);
  }

  Properties properties() {
    var properties = new Properties();
    properties.putAll(parameters);
    if (user != null) {
      properties.setProperty("user", user);
    }
    if (password != null) {
      properties.setProperty("password", password);
    }
    return properties;
  }

  /// Without the password.
  @Override
  public String toString() {
    return "postgres://" + (user == null ? "" : encode(user) + "@") + jdbc().split("//", 2)[1];
  }

  private static String withoutScheme(String text) {
    for (var scheme : new String[] {"postgres://", "postgresql://", "jdbc:postgresql://"}) {
      if (text.startsWith(scheme)) {
        return text.substring(scheme.length());
      }
    }
    throw new IllegalArgumentException(
        "The database URL must look like postgres://user:password@host:port/database.");
  }

  private static String hostOf(String text) {
    var host =
        text.startsWith("[")
            ? text.substring(1, Math.max(1, text.indexOf(']')))
            : before(text, ':');
    if (host.isEmpty()) {
      throw new IllegalArgumentException("The database URL names no host.");
    }
    return host;
  }

  private static int portOf(String text) {
    var port = after(text.substring(text.indexOf(']') + 1), ':');
    if (port == null || port.isEmpty()) {
      return DEFAULT_PORT;
    }
    if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new IllegalArgumentException("The port in the database URL is not a port.");
    }
    return Integer.parseInt(port);
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (var pair : query.split("&", -1)) {
      var value = after(pair, '=');
      if (value != null) {
        parameters.put(decode(before(pair, '=')), decode(value));
      }
    }
    return parameters;
  }

  private static String before(String text, char mark) {
    var at = text.indexOf(mark);
    return at < 0 ? text : text.substring(0, at);
  }

  private static @Nullable String after(String text, char mark) {
    var at = text.indexOf(mark);
    return at < 0 ? null : text.substring(at + 1);
  }

  private static String decode(String text) {
    try {
      // A plus sign is itself here, unlike in a form.
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException(
          "The database URL has a % that is not followed by two hexadecimal digits.");
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
