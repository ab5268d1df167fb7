package chatd.bench.chaos;

import chatd.bench.chaos.Violation.Kind;
import chatd.bench.chaos.Words.Flaw;
import chatd.bench.user.ChatView;
import chatd.bench.user.ChatView.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether the history of a chat at rest is one that turns can have made.
final class Turns {
  private Turns() {}

  /// What is wrong about it.
  ///
  /// @param stops how often a turn may have been stopped
  /// @param failed whether the chat has failed last
  static List<Flaw> flaws(ChatView view, Chronicle chronicle, int stops, boolean failed) {
    var flaws = new ArrayList<Flaw>();
    var partial = 0;
    @Nullable Message before = null;
    for (var message : view.messages()) {
      if (message.role().equals("assistant")) {
        if (before != null && before.role().equals("assistant")) {
          flaws.add(
              new Flaw(
                  Kind.RUN_TWICE,
                  "rows %d and %d answer the same".formatted(before.id(), message.id())));
        }
        partial += isWhole(message, chronicle) ? 0 : 1;
      }
      before = message;
    }
    if (partial > stops) {
      flaws.add(
          new Flaw(Kind.LOST, "%d answers are cut short, by %d stops".formatted(partial, stops)));
    }
    if (!view.openCalls().isEmpty()) {
      flaws.add(new Flaw(Kind.UNANSWERED_CALL, "at rest with open calls " + view.openCalls()));
    }
    if (before != null && !before.role().equals("assistant") && stops == 0 && !failed) {
      flaws.add(new Flaw(Kind.LOST, "at rest, and nobody has answered row " + before.id()));
    }
    return flaws;
  }

  private static boolean isWhole(Message message, Chronicle chronicle) {
    var words = Words.in(message.text()).orElse(List.of());
    return !words.isEmpty()
        && chronicle
            .answer(words.getLast().request())
            .filter(answer -> answer.words() == words.getLast().number())
            .isPresent();
  }
}
