package chatd.bench.chaos;

import java.util.List;

/// Something that must never happen.
///
/// @param where the chat, and who saw it
/// @param around what whoever saw it got before, oldest first
public record Violation(Kind kind, String where, String what, List<String> around) {
  public Violation {
    around = List.copyOf(around);
  }

  /// What became of something that was promised.
  public enum Kind {
    LOST("lost"),
    REPEATED("repeated"),
    REORDERED("reordered"),
    MIXED("mixed"),
    STUCK("stuck"),
    RUN_TWICE("run twice"),
    UNANSWERED_CALL("tool calls without exactly one result"),
    FORBIDDEN("events that a strict reader refuses"),
    WRONG_ANSWER("answers against the interface"),
    BROKEN("processes that broke");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
