package chatd.strict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/// What one viewer was shown of one episode, over all its connections.
public final class StreamedEpisode {
  /// One frame of parts.
  ///
  /// @param raw the `message_part` object as it was sent
  public record Frame(long first, long last, String raw, String kind, String delta) {}

  private final List<Frame> frames = new ArrayList<>();
  private long length;

  void add(Frame frame) {
    frames.add(frame);
    length += frame.delta().length();
  }

  /// Characters of text and reasoning.
  public long length() {
    return length;
  }

  public List<Frame> frames() {
    return frames;
  }

  public long last() {
    return frames.isEmpty() ? 0 : frames.getLast().last();
  }

  public String text() {
    return deltas("text");
  }

  public String reasoning() {
    return deltas("reasoning");
  }

  private String deltas(String kind) {
    var text = new StringBuilder();
    frames.stream().filter(f -> f.kind().equals(kind)).forEach(f -> text.append(f.delta()));
    return text.toString();
  }

  /// Forgets what was shown when the server starts the episode again.
  void clear() {
    frames.clear();
    length = 0;
  }

  /// No pair of surrogates is torn in two.
  public void mustSplitNoCharacter() {
    for (var i = 1; i < frames.size(); i++) {
      var before = frames.get(i - 1).delta();
      var after = frames.get(i).delta();
      if (!before.isEmpty() && !after.isEmpty()) {
        assertThat(Character.isSurrogatePair(before.charAt(before.length() - 1), after.charAt(0)))
            .as("a character torn before part %d", frames.get(i).first())
            .isFalse();
      }
    }
  }

  /// Two viewers were shown the same: frames of the same numbers byte by byte, and the same text at
  /// every number that ended a frame of both. Both began with the first part.
  public void mustAgreeWith(StreamedEpisode other) {
    var theirs = new TreeMap<String, String>();
    other.frames.forEach(f -> theirs.put(f.first() + "-" + f.last(), f.raw()));
    for (var frame : frames) {
      var numbers = frame.first() + "-" + frame.last();
      assertThat(theirs.getOrDefault(numbers, frame.raw()))
          .as("part %s", numbers)
          .isEqualTo(frame.raw());
    }
    var ends = other.ends();
    ends().forEach((seq, text) -> assertThat(ends.getOrDefault(seq, text)).isEqualTo(text));
  }

  /// The length and hash of everything up to the end of each frame.
  private NavigableMap<Long, String> ends() {
    var ends = new TreeMap<Long, String>();
    var length = 0L;
    var hash = 0;
    for (var frame : frames) {
      length += frame.delta().length();
      for (var i = 0; i < frame.delta().length(); i++) {
        hash = 31 * hash + frame.delta().charAt(i);
      }
      ends.put(frame.last(), length + " characters, hash " + hash);
    }
    return ends;
  }
}
