package chatd.server.model;

import chatd.core.message.ContentPart;
import chatd.core.message.Role;
import chatd.core.message.Usage;
import chatd.core.part.Part;
import chatd.core.turn.Prompt;
import chatd.engine.port.ModelRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What the demo model says: its parts, the pause before each of them, and how it ends.
record DemoAnswer(List<Part> parts, Duration pace, End end) {
  private static final Duration READING_PACE = Duration.ofMillis(40);
  private static final Duration SLOW_PACE = Duration.ofSeconds(1);

  private static final int LONG_PARAGRAPHS = 60;
  private static final int TITLE_WORDS = 5;
  private static final int CHARS_PER_TOKEN = 4;

  private static final String HELP =
      """
      I am the **demo** model that is built into chatd. I need no key and no network, and I always \
      answer the same way, so you can try out everything a chat can do.

      Put one of these words into a message:

      - `long` makes me answer at length, for more than a minute
      - `slow` makes me say one word per second
      - `fail` makes me break off with an error, again at every retry, until you stop me
      - `fail hard` makes me break off with an error that is final
      - `hang` makes me fall silent in mid-sentence, until you stop me
      - `echo` makes me repeat what follows it
      - `tool` makes me call the first tool of yours, `tool NAME` the one of that name, \
      `tool NAME {"any":"json"}` with these arguments
      - `tools` makes me call all of your tools at once, and one that does not exist

      While I speak you can stop me, send me more, reload the page or open it twice.

      To talk to a real model, start chatd like this:

      ```
      CHATD_OPENAI_API_KEY=... ./chatd serve --model openai/gpt-4o
      ```
      """;

  DemoAnswer {
    parts = List.copyOf(parts);
  }

  sealed interface End {
    record Complete(Usage usage) implements End {}

    /// Ends as if a provider had answered with this HTTP status.
    record Fail(int status, String why) implements End {}

    record Hang() implements End {}
  }

  /// What a message can ask for: whole words anywhere in it, of which the first counts.
  private enum Command {
    HELP,
    LONG,
    SLOW,
    FAIL_HARD,
    FAIL,
    HANG,
    ECHO,
    TOOLS,
    TOOL;

    private static final Pattern PATTERN =
        Pattern.compile(
            "\\b(?<words>help|long|slow|fail\\s+hard|fail|hang|echo|tools|tool)\\b(?<rest>.*)",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    static Command of(String words) {
      return valueOf(words.toUpperCase(Locale.ROOT).replaceAll("\\s+", "_"));
    }
  }

  /// The answer to the last message of the prompt.
  static DemoAnswer to(ModelRequest request) {
    var entries = request.prompt().entries();
    if (!entries.isEmpty() && entries.getLast().role() == Role.TOOL) {
      return complete(request, text(afterTools(entries)));
    }
    var message = lastUserText(entries);
    if (request.purpose() == ModelRequest.Purpose.TITLE) {
      return complete(request, text(title(message)));
    }
    var asked = Command.PATTERN.matcher(message);
    if (!asked.find()) {
      return complete(request, text(greeting(message)));
    }
    return switch (Command.of(asked.group("words"))) {
      case HELP ->
          complete(
              request, reasoning("They want to know what I can do. A list says it."), text(HELP));
      case LONG ->
          complete(request, reasoning("They want a long answer. I count."), text(longText()));
      case SLOW ->
          complete(request, text("You asked for a slow answer: here is one word per second."))
              .at(SLOW_PACE);
      case FAIL ->
          broken("I begin to answer, and then I ", new End.Fail(503, "You asked me to fail."));
      case FAIL_HARD ->
          broken("I begin to answer, and then I ", new End.Fail(400, "You asked me to fail hard."));
      case HANG -> broken("I begin to answer, and then I fall ", new End.Hang());
      case ECHO -> complete(request, text(asked.group("rest").strip()));
      case TOOLS -> complete(request, text("I call every tool."), DemoCalls.ofAll(request));
      case TOOL ->
          complete(request, text("I call a tool."), DemoCalls.ofOne(request, asked.group("rest")));
    };
  }

  private DemoAnswer at(Duration otherPace) {
    return new DemoAnswer(parts, otherPace, end);
  }

  @SafeVarargs
  private static DemoAnswer complete(ModelRequest request, List<Part>... blocks) {
    var parts = new ArrayList<Part>();
    for (var block : blocks) {
      parts.addAll(block);
    }
    var input = request.prompt().entries().stream().mapToLong(e -> plainText(e).length()).sum();
    var inputTokens = input / CHARS_PER_TOKEN + 1;
    var outputTokens = (long) parts.size();
    return new DemoAnswer(
        parts,
        READING_PACE,
        new End.Complete(
            new Usage(
                inputTokens, outputTokens, inputTokens + outputTokens, null, null, null, null)));
  }

  private static DemoAnswer broken(String text, End end) {
    return new DemoAnswer(text(text), READING_PACE, end);
  }

  private static String title(String message) {
    return Pattern.compile("\\s+")
        .splitAsStream(message.strip())
        .limit(TITLE_WORDS)
        .collect(Collectors.joining(" ", "Demo: ", ""));
  }

  private static String greeting(String message) {
    var quoted = message.lines().map(line -> "> " + line).collect(Collectors.joining("\n"));
    return """
    You wrote:

    %s

    I am the **demo** model of chatd. I understand nothing, but I answer word by word, like a \
    real one. Say `help` and I tell you what I can do.
    """
        .formatted(quoted);
  }

  private static String longText() {
    return IntStream.rangeClosed(1, LONG_PARAGRAPHS)
        .mapToObj(number ->
            """
            ## Paragraph %d of %d

            This is what a long answer looks like while it is written: you can scroll, stop it, \
            or come back later and find it where it is.

            """
                .formatted(number, LONG_PARAGRAPHS))
        .collect(Collectors.joining());
  }

  /// What the newest tool calls came to.
  private static String afterTools(List<Prompt.Entry> entries) {
    var first = entries.size();
    while (first > 0 && entries.get(first - 1).role() == Role.TOOL) {
      first--;
    }
    return entries.subList(first, entries.size()).stream()
        .flatMap(entry -> entry.content().stream())
        .filter(ContentPart.ToolResult.class::isInstance)
        .map(ContentPart.ToolResult.class::cast)
        .map(result ->
            "The tool `%s` answered:\n\n```\n%s\n```\n"
                .formatted(result.toolName(), ProviderText.of(result)))
        .collect(Collectors.joining("\n"));
  }

  private static List<Part> text(String text) {
    return words(text, Part.TextDelta::new);
  }

  private static List<Part> reasoning(String text) {
    return words(text, Part.ReasoningDelta::new);
  }

  /// The text as one part per word, each with the space behind it.
  static List<Part> words(String text, Function<String, Part> part) {
    return Pattern.compile("\\S*\\s*")
        .matcher(text)
        .results()
        .map(word -> word.group())
        .filter(word -> !word.isEmpty())
        .map(part)
        .toList();
  }

  private static String lastUserText(List<Prompt.Entry> entries) {
    return entries.stream()
        .filter(entry -> entry.role() == Role.USER)
        .reduce((_, later) -> later)
        .map(DemoAnswer::plainText)
        .orElse("");
  }

  private static String plainText(Prompt.Entry entry) {
    return entry.content().stream()
        .filter(ContentPart.Text.class::isInstance)
        .map(part -> ((ContentPart.Text) part).text())
        .collect(Collectors.joining("\n"));
  }
}
