package chatd.server.http;

import chatd.engine.port.ChatLists.Filter;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The search language of the list of chats: terms `key:value` between blanks, where a value may
/// stand in double quotes.
final class SearchQuery {
  private static final Pattern TERM =
      Pattern.compile("\\s*([a-z_]+):(?:\"([^\"]+)\"|([^\\s\"]+))(?=\\s|$)\\s*");
  private static final Set<String> STATUSES =
      Set.of("waiting", "running", "requires_action", "error");

  private SearchQuery() {}

  /// What a query asks for; null or blank: every chat that is not archived.
  static Filter parse(@Nullable String query) {
    var terms = terms(query == null ? "" : Whitespace.trimmed(query));
    var archived = terms.getOrDefault("archived", "false");
    var unread = terms.get("has_unread");
    return new Filter(
        archived.equals("any") ? null : (Boolean) flag(archived),
        terms.get("title"),
        terms.get("status"),
        unread == null ? null : (Boolean) flag(unread));
  }

  private static Map<String, String> terms(String query) {
    Map<String, String> terms = new HashMap<>();
    var matcher = TERM.matcher(query);
    var end = 0;
    while (end < query.length()) {
      if (!matcher.region(end, query.length()).lookingAt()) {
        throw ApiError.SEARCH_INVALID.asException();
      }
      var value = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
      if (!isTerm(matcher.group(1), value) || terms.put(matcher.group(1), value) != null) {
        throw ApiError.SEARCH_INVALID.asException();
      }
      end = matcher.end();
    }
    return terms;
  }

  private static boolean isTerm(String key, String value) {
    return switch (key) {
      case "archived" -> value.equals("any") || isFlag(value);
      case "has_unread" -> isFlag(value);
      case "status" -> STATUSES.contains(value);
      case "title" -> true;
      default -> false;
    };
  }

  private static boolean isFlag(String value) {
    return value.equals("true") || value.equals("false");
  }

  private static boolean flag(String value) {
    return value.equals("true");
  }
}
