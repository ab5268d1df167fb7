package chatd.e2e;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// A readable account of what happened between a user, a server and a provider, as Markdown.
///
/// Ids of every kind get names in the order in which they appear, and every time of day is the
/// same, so that two recordings of one story differ little.
final class Recording {
  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
  private static final Pattern DELAY = Pattern.compile("\"delay_ms\":\\d+");
  private static final int ACTOR_WIDTH = 10;

  private final StringBuilder text = new StringBuilder();
  private final Map<String, String> names = new HashMap<>();
  private boolean inBlock;

  /// The beginning of the document.
  Recording(String title, String introduction) {
    text.append("# ").append(title).append("\n\n").append(introduction).append('\n');
  }

  void chapter(String title, String explanation) {
    endBlock();
    text.append("\n## ").append(title).append("\n\n").append(explanation).append('\n');
  }

  /// One line of what happened.
  void line(String actor, String happened) {
    if (!inBlock) {
      text.append("\n```text\n");
      inBlock = true;
    }
    text.append(String.format(Locale.ROOT, "%-" + ACTOR_WIDTH + "s", actor))
        .append(stable(happened))
        .append('\n');
  }

  /// The whole document.
  String finish() {
    endBlock();
    return text.toString();
  }

  private void endBlock() {
    if (inBlock) {
      text.append("```\n");
      inBlock = false;
    }
  }

  private String stable(String line) {
    var named = UUID.matcher(line).replaceAll(this::name);
    var timeless = TIME.matcher(named).replaceAll("2026-01-01T00:00:00Z");
    return DELAY.matcher(timeless).replaceAll("\"delay_ms\":1000");
  }

  private String name(MatchResult uuid) {
    return names.computeIfAbsent(uuid.group(), _ -> "id-" + (names.size() + 1));
  }
}
