package chatd.core.turn;

import chatd.core.message.ContentPart;
import chatd.core.message.Message;
import chatd.core.message.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// When a chat wants a title made by a model, what the model is asked, and what its answer is
/// worth.
public final class TitleWish {
  /// The longest generated title, in characters.
  public static final int LENGTH_MAX = 80;

  private static final int QUOTED_MAX = 2_000;
  private static final String TASK =
      "Name the topic of the conversation that begins with the message below. Answer with a title"
          + " of two to six words in the language of the message, without quotes and without a full"
          + " stop at the end.";

  private static final int QUOTED_MESSAGES = 6;
  private static final String TASK_AGAIN =
      "Name the topic of the conversation of which parts are quoted below. Answer with a title of"
          + " two to six words in the language of the user, without quotes and without a full stop"
          + " at the end.";

  private TitleWish() {}

  /// The question for the model, if this history is that of a chat's first turn before its answer.
  public static Optional<Prompt> of(List<Message> history) {
    var shown = history.stream().filter(m -> m.body().role() != Role.SYSTEM).toList();
    if (shown.size() != 1 || shown.getFirst().body().role() != Role.USER) {
      return Optional.empty();
    }
    var text = text(shown.getFirst());
    if (text.isBlank()) {
      return Optional.empty();
    }
    return Optional.of(
        new Prompt(
            List.of(
                new Prompt.Entry(Role.SYSTEM, List.of(new ContentPart.Text(TASK))),
                new Prompt.Entry(Role.USER, List.of(new ContentPart.Text(text))))));
  }

  /// The question for a title that somebody asks for later, by these messages of the conversation
  /// in their order: how it began, and as much of its end as is needed to know where it is. Empty:
  /// nobody has said a word.
  public static Optional<Prompt> again(List<Message> messages) {
    var said =
        messages.stream()
            .filter(m -> m.body().role() == Role.USER || m.body().role() == Role.ASSISTANT)
            .filter(m -> !text(m).isBlank())
            .toList();
    if (said.isEmpty()) {
      return Optional.empty();
    }
    List<Prompt.Entry> entries = new ArrayList<>();
    entries.add(new Prompt.Entry(Role.SYSTEM, List.of(new ContentPart.Text(TASK_AGAIN))));
    var transcript =
        Stream.concat(
                said.stream().limit(1),
                said.subList(1, said.size()).stream()
                    .skip(Math.max(0, said.size() - 1 - QUOTED_MESSAGES)))
            .map(m -> (m.body().role() == Role.USER ? "" : "Answer: ") + text(m))
            .collect(Collectors.joining("\n\n"));
    entries.add(new Prompt.Entry(Role.USER, List.of(new ContentPart.Text(transcript))));
    return Optional.of(new Prompt(entries));
  }

  /// The first words of a message, until a better title is made.
  public static String provisional(List<ContentPart> content) {
    var words = texts(content).collect(Collectors.joining(" ")).strip();
    if (words.isEmpty()) {
      return "New Chat";
    }
    var all = words.split("\\s+", -1);
    var first = String.join(" ", List.of(all).subList(0, Math.min(6, all.length)));
    return cut(first, all.length > 6);
  }

  /// A usable title out of a model's answer; empty if there is none.
  public static Optional<String> clean(String answer) {
    var line = answer.strip().lines().findFirst().orElse("").strip();
    var bare = line.replaceAll("^[\"'“”«»#*\\s]+|[\"'“”«».*\\s]+$", "");
    return bare.isBlank() ? Optional.empty() : Optional.of(cut(bare, false));
  }

  private static String cut(String title, boolean shortened) {
    if (title.codePointCount(0, title.length()) > LENGTH_MAX) {
      return title.substring(0, title.offsetByCodePoints(0, LENGTH_MAX - 1)) + "…";
    }
    var fits = title.codePointCount(0, title.length()) < LENGTH_MAX;
    if (!shortened) {
      return title;
    }
    return (fits ? title : title.substring(0, title.offsetByCodePoints(0, LENGTH_MAX - 1))) + "…";
  }

  private static String text(Message message) {
    var text = texts(message.body().content()).collect(Collectors.joining("\n"));
    return text.codePointCount(0, text.length()) > QUOTED_MAX
        ? text.substring(0, text.offsetByCodePoints(0, QUOTED_MAX))
        : text;
  }

  private static Stream<String> texts(List<ContentPart> content) {
    return content.stream()
        .flatMap(
            part -> part instanceof ContentPart.Text(var text) ? Stream.of(text) : Stream.empty());
  }
}
