package chatd.core.part;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.core.message.Role;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A log that is filled from another one, run by run, cannot be told from it.
class MirrorTest {
  private static final Episode EPISODE = new Episode(9, 1);

  private final PartLog log = new PartLog(EPISODE);
  private final PartLog mirror = new PartLog(EPISODE);

  @Test
  void readRun_keepsTheBoundariesOfWhatItJoins() {
    append("ab", "", "cde");
    var run = run(1, 1000);
    assertThat(run.lengths()).containsExactly(2, 0, 3);
    assertThat(run.lastSeq()).isEqualTo(3);
    assertThat(log.readRun(4, 1000)).isNull();
    assertThat(log.readRun(0, 1000)).isNull();
  }

  @Test
  void readRun_countsBytesAndBoundaries_andALargerPartComesAlone() {
    append("aaaa", "bbbb", "c", "x".repeat(100), "d");
    var room = "{\"text\":\"\"}".length() + 8 + 2 * PartRun.BOUNDARY_BYTES;
    assertThat(run(1, room).count()).isEqualTo(2);
    assertThat(run(1, room).size()).isEqualTo(room);
    assertThat(run(3, room).count()).isEqualTo(1);
    assertThat(run(4, room).count()).isEqualTo(1);
  }

  @Test
  void resumeInsideARunThatCrossedMerged_startsExactlyThere() {
    append("one ", "two ", "three ", "four ", "five ", "six ", "seven ");
    assertThat(mirror.fill(run(1, 1000))).isTrue();
    assertThat(text(mirror, 5)).isEqualTo("five six seven ");
  }

  @Test
  void fill_withOverlap_takesTheRestOnly() {
    append("a", "b", "c", "d");
    mirror.fill(run(1, "{\"text\":\"\"}".length() + 2 + 2 * PartRun.BOUNDARY_BYTES));
    assertThat(mirror.last()).isEqualTo(2);
    assertThat(mirror.fill(run(1, 1000))).isTrue();
    assertThat(mirror.fill(run(2, 1000))).isTrue();
    assertThat(text(mirror, 1)).isEqualTo("abcd");
  }

  @Test
  void fill_withAGap_takesNothing() {
    append("a", "b", "c");
    assertThat(mirror.fill(run(2, 1000))).isFalse();
    assertThat(mirror.last()).isZero();
  }

  @Test
  void fill_ofAWholePartTwice_hasItOnce() {
    log.append(EncodedPart.whole(Role.TOOL, bytes("{\"x\":1}")));
    mirror.fill(run(1, 1));
    assertThat(mirror.fill(run(1, 1))).isTrue();
    assertThat(mirror.last()).isEqualTo(1);
  }

  @Test
  void fill_ofAnotherEpisode_isABugOfTheCaller() {
    append("a");
    var other = new PartLog(new Episode(9, 2));
    assertThatThrownBy(() -> other.fill(run(1, 100))).isInstanceOf(IllegalArgumentException.class);
  }

  /// Runs of any size, from any point at or before the end of the mirror, while the log grows.
  @Test
  void mirrorAndLog_giveTheSameBytesForEveryNumber() {
    for (var seed = 0L; seed < 200; seed++) {
      var random = new SplittableRandom(seed);
      var original = new PartLog(EPISODE);
      var copy = new PartLog(EPISODE);
      for (var i = random.nextInt(1, 200); i > 0; i--) {
        original.append(randomPart(random));
        if (random.nextInt(6) == 0) {
          var from = random.nextLong(Math.max(1, copy.last() - 10), copy.last() + 2);
          var run = requireNonNull(original.readRun(from, random.nextInt(1, 300)));
          assertThat(copy.fill(run)).isTrue();
        }
      }
      original.seal();
      while (copy.last() < original.last()) {
        copy.fill(requireNonNull(original.readRun(copy.last() + 1, random.nextInt(1, 300))));
      }
      copy.seal();
      assertSame(copy, original, random, seed);
    }
  }

  private static void assertSame(
      PartLog copy, PartLog original, SplittableRandom random, long seed) {
    assertThat(copy.bytes()).as("seed %d", seed).isEqualTo(original.bytes());
    for (var seq = 1L; seq <= original.last(); seq++) {
      var limit = random.nextInt(1, 400);
      var mine = requireNonNull(copy.read(seq, limit));
      var theirs = requireNonNull(original.read(seq, limit));
      assertThat(mine.lastSeq()).isEqualTo(theirs.lastSeq());
      assertThat(mine.role()).isEqualTo(theirs.role());
      assertThat(value(mine)).as("seed %d, part %d", seed, seq).isEqualTo(value(theirs));
    }
  }

  private static EncodedPart randomPart(SplittableRandom random) {
    var word = "x".repeat(random.nextInt(30)) + random.nextInt(10);
    return switch (random.nextInt(8)) {
      case 0 -> delta("reasoning", word);
      case 1 -> EncodedPart.whole(Role.TOOL, bytes("{\"result\":\"" + word + "\"}"));
      default -> delta("text", word);
    };
  }

  private void append(String... texts) {
    for (var text : texts) {
      log.append(delta("text", text));
    }
  }

  private PartRun run(long from, int bytesMax) {
    return requireNonNull(log.readRun(from, bytesMax));
  }

  private static String text(PartLog log, long from) {
    var delta = requireNonNull(log.read(from, 1 << 16)).delta();
    return new String(delta.array(), delta.from(), delta.length(), US_ASCII);
  }

  private static String value(PartFrame frame) {
    var delta = frame.delta();
    return new String(frame.head(), US_ASCII)
        + new String(delta.array(), delta.from(), delta.length(), US_ASCII)
        + new String(frame.tail(), US_ASCII);
  }

  private static EncodedPart delta(String field, String text) {
    return new EncodedPart(
        Role.ASSISTANT, bytes("{\"" + field + "\":\""), bytes(text), bytes("\"}"));
  }

  private static byte[] bytes(String ascii) {
    return ascii.getBytes(US_ASCII);
  }
}
