package chatd.bench.chaos;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The words of which all answers are made. Each names the request to the provider that it answers
/// and its place in that answer, so no two are equal, and of each piece of text it can be said
/// where it is from.
final class Words {
  /// The first one of an answer's text may have a greeting before it.
  private static final Pattern WORD = Pattern.compile("\\G(?:re:[\\w-]+:)?e(\\d+)\\.(\\d+) ");

  private Words() {}

  /// One word.
  ///
  /// @param number from 1 on
  record Word(long request, int number) {
    @Override
    public String toString() {
      return "e" + request + "." + number + " ";
    }
  }

  /// What is wrong about a run of words.
  record Flaw(Violation.Kind kind, String what) {}

  /// All words of a text; nothing if it consists of anything else.
  static Optional<List<Word>> in(String text) {
    var words = new ArrayList<Word>();
    var matcher = WORD.matcher(text);
    var end = 0;
    while (matcher.find()) {
      words.add(new Word(Long.parseLong(matcher.group(1)), Integer.parseInt(matcher.group(2))));
      end = matcher.end();
    }
    return end == text.length() ? Optional.of(words) : Optional.empty();
  }

  /// Whether they are the words of one answer, from this number on and without a gap.
  static Optional<Flaw> flaw(List<Word> words, int first) {
    if (words.isEmpty()) {
      return Optional.empty();
    }
    var request = words.getFirst().request();
    if (words.stream().anyMatch(word -> word.request() != request)) {
      return Optional.of(new Flaw(Violation.Kind.MIXED, "words of several answers: " + words));
    }
    var numbers = words.stream().map(Word::number).toList();
    if (new HashSet<>(numbers).size() < numbers.size()) {
      return Optional.of(new Flaw(Violation.Kind.REPEATED, "a word twice: " + words));
    }
    if (!numbers.stream().sorted().toList().equals(numbers)) {
      return Optional.of(new Flaw(Violation.Kind.REORDERED, "words in another order: " + words));
    }
    if (numbers.getFirst() < first) {
      return Optional.of(
          new Flaw(Violation.Kind.REPEATED, "word " + first + " is due, and these come: " + words));
    }
    if (numbers.getFirst() > first || numbers.getLast() != first + numbers.size() - 1) {
      return Optional.of(
          new Flaw(Violation.Kind.LOST, "a word is missing from " + first + " on: " + words));
    }
    return Optional.empty();
  }
}
