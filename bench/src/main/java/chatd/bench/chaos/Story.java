package chatd.bench.chaos;

import chatd.bench.chaos.Violation.Kind;
import chatd.bench.chaos.Words.Flaw;
import chatd.bench.chaos.Words.Word;
import chatd.strict.StrictClient;
import chatd.strict.StrictClient.Episode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What anybody was shown of one chat, held against what others were shown: parts, rows, and the
/// conversations that the provider was given. Each of them says what contradicts the others.
final class Story {
  private final String name;
  private final Chronicle chronicle;
  private final Map<Episode, Long> requests = new HashMap<>();
  private final Map<Long, Answer> answers = new HashMap<>();
  private final Map<Long, String> rows = new HashMap<>();

  /// By history version: the newest attempt that was shown, and the one that was committed.
  private final Map<Long, Long> newestShown = new HashMap<>();

  private final Map<Long, Long> committed = new HashMap<>();

  /// What is known of one answer: the episode in which it was shown, how many of its words, and the
  /// row that it became.
  private static final class Answer {
    private @Nullable Episode episode;
    private int shown;
    private long row;
    private int committed;
  }

  Story(String name, Chronicle chronicle) {
    this.name = name;
    this.chronicle = chronicle;
  }

  String name() {
    return name;
  }

  /// A viewer got a frame of text or reasoning, of these numbers.
  synchronized List<Flaw> part(Episode episode, long first, long last, String text) {
    var words = Words.in(text);
    if (words.isEmpty() || words.get().isEmpty()) {
      return List.of(new Flaw(Kind.MIXED, "text that nobody said: " + text));
    }
    var flaws = new ArrayList<Flaw>();
    Words.flaw(words.get(), Math.toIntExact(first)).ifPresent(flaws::add);
    var newest = words.get().getLast();
    if (newest.number() != last && flaws.isEmpty()) {
      flaws.add(new Flaw(Kind.LOST, "parts %d to %d hold %s".formatted(first, last, words.get())));
    }
    flaws.addAll(belongs(newest));
    var request = newest.request();
    var known = requests.putIfAbsent(episode, request);
    if (known != null && known != request) {
      flaws.add(
          new Flaw(
              Kind.MIXED, "%s shows answer %d and answer %d".formatted(episode, known, request)));
    }
    var answer = answers.computeIfAbsent(request, _ -> new Answer());
    if (answer.episode != null && !answer.episode.equals(episode)) {
      flaws.add(
          new Flaw(
              Kind.REPEATED,
              "answer %d is shown in %s and in %s".formatted(request, answer.episode, episode)));
    }
    answer.episode = episode;
    answer.shown = Math.max(answer.shown, newest.number());
    var _ = newestShown.merge(episode.history(), episode.attempt(), Math::max);
    flaws.addAll(fits(request, answer));
    flaws.addAll(isNewest(answer));
    return flaws;
  }

  /// A row was read: from a stream or a page.
  synchronized List<Flaw> row(JsonNode message) {
    var id = message.path("id").asLong();
    var content = message.path("revision") + " " + message.path("content");
    var known = rows.putIfAbsent(id, content);
    if (known != null) {
      return known.equals(content)
          ? List.of()
          : List.of(new Flaw(Kind.MIXED, "row %d is %s and was %s".formatted(id, content, known)));
    }
    return message.path("role").asString().equals("assistant") ? answerRow(id, message) : List.of();
  }

  private List<Flaw> answerRow(long id, JsonNode message) {
    var reasoning = Words.in(StrictClient.text(message, "reasoning"));
    var text = Words.in(StrictClient.text(message, "text"));
    if (reasoning.isEmpty() || text.isEmpty()) {
      return List.of(
          new Flaw(Kind.MIXED, "row " + id + " holds text that nobody said: " + message));
    }
    var words = new ArrayList<>(reasoning.get());
    words.addAll(text.get());
    if (words.isEmpty()) {
      return List.of(new Flaw(Kind.LOST, "row " + id + " holds no word"));
    }
    var flaws = new ArrayList<Flaw>();
    Words.flaw(words, 1).ifPresent(flaws::add);
    flaws.addAll(belongs(words.getLast()));
    var request = words.getFirst().request();
    var answer = answers.computeIfAbsent(request, _ -> new Answer());
    if (answer.row != 0) {
      flaws.add(
          new Flaw(
              Kind.RUN_TWICE, "answer %d is row %d and row %d".formatted(request, answer.row, id)));
    }
    answer.row = id;
    answer.committed = words.size();
    var revision = message.path("revision").asLong();
    if (answer.episode != null && revision <= answer.episode.history()) {
      flaws.add(
          new Flaw(
              Kind.REORDERED,
              "row %d of revision %d ends %s".formatted(id, revision, answer.episode)));
    }
    flaws.addAll(fits(request, answer));
    flaws.addAll(isNewest(answer));
    return flaws;
  }

  /// Of the attempts at one step the last one is committed, and there is none after it.
  private List<Flaw> isNewest(Answer answer) {
    var episode = answer.episode;
    if (episode == null) {
      return List.of();
    }
    if (answer.row != 0) {
      committed.put(episode.history(), episode.attempt());
    }
    var attempt = committed.getOrDefault(episode.history(), Long.MAX_VALUE);
    var shown = newestShown.getOrDefault(episode.history(), 0L);
    return shown <= attempt
        ? List.of()
        : List.of(
            new Flaw(
                Kind.MIXED,
                "attempt %d at history %d was shown, and attempt %d is committed"
                    .formatted(shown, episode.history(), attempt)));
  }

  /// The provider was given this text as what it had answered once.
  synchronized List<Flaw> prompted(String text) {
    var words = Words.in(text);
    if (words.isEmpty()) {
      return List.of(new Flaw(Kind.MIXED, "a prompt with text that nobody said: " + text));
    }
    if (words.get().isEmpty()) {
      return List.of();
    }
    var last = words.get().getLast();
    var flaws = new ArrayList<>(belongs(last));
    var reasoning = chronicle.answer(last.request()).map(Chronicle.Planned::reasoning).orElse(0);
    Words.flaw(words.get(), reasoning + 1).ifPresent(flaws::add);
    var answer = answers.computeIfAbsent(last.request(), _ -> new Answer());
    if (answer.committed != 0 && answer.committed != last.number()) {
      flaws.add(
          new Flaw(
              Kind.MIXED,
              "a prompt has %d words of answer %d, which was committed with %d"
                  .formatted(last.number(), last.request(), answer.committed)));
    }
    answer.committed = last.number();
    flaws.addAll(fits(last.request(), answer));
    return flaws;
  }

  private List<Flaw> belongs(Word word) {
    return chronicle
        .answer(word.request())
        .filter(it -> it.story().equals(name) && word.number() <= it.words())
        .map(_ -> List.<Flaw>of())
        .orElseGet(
            () -> List.of(new Flaw(Kind.MIXED, "a word of no answer to this chat: " + word)));
  }

  /// Nothing was shown that is not committed, once something is.
  private static List<Flaw> fits(long request, Answer answer) {
    return answer.committed == 0 || answer.shown <= answer.committed
        ? List.of()
        : List.of(
            new Flaw(
                Kind.LOST,
                "word %d of answer %d was shown, and %d were committed"
                    .formatted(answer.shown, request, answer.committed)));
  }
}
