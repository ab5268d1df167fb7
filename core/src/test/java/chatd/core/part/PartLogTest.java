package chatd.core.part;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.Role;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PartLogTest {
  private static final Episode EPISODE = new Episode(9, 1);

  private final PartLog log = new PartLog(EPISODE);

  @Test
  void append_numbersFromOne() {
    assertThat(log.append(text("a"))).hasValue(1);
    assertThat(log.append(text("b"))).hasValue(2);
    assertThat(log.last()).isEqualTo(2);
  }

  @Test
  void append_afterSeal_isRefused() {
    log.append(text("a"));
    assertThat(log.seal()).isEqualTo(1);
    assertThat(log.append(text("b"))).isEmpty();
    assertThat(log.last()).isEqualTo(1);
    assertThat(log.isSealed()).isTrue();
  }

  @Test
  void read_pastTheEnd_isNothing() {
    assertThat(log.read(1, 100)).isNull();
    log.append(text("a"));
    assertThat(log.read(2, 100)).isNull();
    assertThat(log.read(0, 100)).isNull();
  }

  @Test
  void read_joinsNeighboursOfOneBlockOnly() {
    log.append(text("a"));
    log.append(text("b"));
    log.append(reasoning("c"));
    log.append(EncodedPart.whole(Role.ASSISTANT, bytes("{\"x\":1}")));
    log.append(EncodedPart.whole(Role.ASSISTANT, bytes("{\"x\":1}")));
    log.append(text("d"));

    assertThat(frames(log, 1, 1000))
        .containsExactly(
            "1-2 {\"text\":\"ab\"}",
            "3-3 {\"reasoning\":\"c\"}",
            "4-4 {\"x\":1}",
            "5-5 {\"x\":1}",
            "6-6 {\"text\":\"d\"}");
  }

  @Test
  void read_inTheMiddleOfAFrame_goesOnFromThere() {
    for (var letter : List.of("a", "b", "c", "d")) {
      log.append(text(letter));
    }
    assertThat(frames(log, 3, 1000)).containsExactly("3-4 {\"text\":\"cd\"}");
  }

  @Test
  void read_staysWithinTheLimit_andALargerPartComesAlone() {
    log.append(text("aaaa"));
    log.append(text("bbbbbbbbbbbbbbbbbbbb"));
    log.append(text("c"));
    log.append(text("d"));
    var room = "{\"text\":\"\"}".length() + 4;
    assertThat(frames(log, 1, room))
        .containsExactly(
            "1-1 {\"text\":\"aaaa\"}",
            "2-2 {\"text\":\"bbbbbbbbbbbbbbbbbbbb\"}",
            "3-4 {\"text\":\"cd\"}");
  }

  @Test
  void lateJoiner_ofTenThousandPartsOfOneBlock_getsOneFrame() {
    for (var i = 0; i < 10_000; i++) {
      log.append(text("12345"));
    }
    var frame = requireNonNull(log.read(1, 64 << 10));
    assertThat(frame.lastSeq()).isEqualTo(10_000);
    assertThat(frame.delta().length()).isEqualTo(50_000);
  }

  @Test
  void frame_staysAsItWasWhileTheLogGrows() {
    log.append(text("a"));
    var frame = requireNonNull(log.read(1, 1000));
    for (var i = 0; i < 1000; i++) {
      log.append(text("more"));
    }
    assertThat(render(frame)).isEqualTo("1-1 {\"text\":\"a\"}");
  }

  @Test
  void bytes_countWhatIsKept() {
    assertThat(log.bytes()).isZero();
    for (var i = 0; i < 1000; i++) {
      log.append(text("0123456789"));
    }
    log.seal();
    assertThat(log.bytes()).isBetween(14_000L, 14_500L);
  }

  /// Any two ways to read a log give the same bytes for each number: what was appended.
  @Test
  void anyPositionsAndLimits_giveTheSameBytes() {
    for (var seed = 0L; seed < 300; seed++) {
      var random = new SplittableRandom(seed);
      var one = new PartLog(EPISODE);
      var parts = new ArrayList<EncodedPart>();
      var count = random.nextInt(1, 200);
      for (var i = 0; i < count; i++) {
        parts.add(randomPart(random));
        one.append(parts.getLast());
        if (random.nextInt(10) == 0) {
          assertReads(one, parts, random, seed);
        }
      }
      one.seal();
      assertReads(one, parts, random, seed);
    }
  }

  private static void assertReads(
      PartLog log, List<EncodedPart> parts, SplittableRandom random, long seed) {
    var from = random.nextLong(1, parts.size() + 1);
    var next = from;
    while (next <= parts.size()) {
      var limit = random.nextInt(1, 400);
      var frame = requireNonNull(log.read(next, limit));
      assertThat(frame.firstSeq()).isEqualTo(next);
      if (frame.isMerged()) {
        assertThat(frame.length()).isLessThanOrEqualTo(limit);
      }
      var expected = new ByteArrayOutputStream();
      for (var seq = frame.firstSeq(); seq <= frame.lastSeq(); seq++) {
        var part = parts.get((int) seq - 1);
        assertThat(part.head()).isEqualTo(frame.head());
        assertThat(part.tail()).isEqualTo(frame.tail());
        if (part.delta() != null) {
          expected.writeBytes(part.delta());
        }
      }
      assertThat(delta(frame)).as("seed %d, part %d", seed, next).isEqualTo(expected.toByteArray());
      next = frame.lastSeq() + 1;
    }
    assertThat(log.read(parts.size() + 1L, 100)).isNull();
  }

  private static EncodedPart randomPart(SplittableRandom random) {
    var word = "x".repeat(random.nextInt(30));
    return switch (random.nextInt(8)) {
      case 0 -> reasoning(word);
      case 1 -> EncodedPart.whole(Role.TOOL, bytes("{\"result\":\"" + word + "\"}"));
      default -> text(word + random.nextInt(10));
    };
  }

  private static List<String> frames(PartLog log, long from, int limit) {
    var out = new ArrayList<String>();
    for (var frame = log.read(from, limit); frame != null; ) {
      out.add(render(frame));
      frame = log.read(frame.lastSeq() + 1, limit);
    }
    return out;
  }

  private static String render(PartFrame frame) {
    return "%d-%d %s%s%s"
        .formatted(
            frame.firstSeq(),
            frame.lastSeq(),
            new String(frame.head(), US_ASCII),
            new String(delta(frame), US_ASCII),
            new String(frame.tail(), US_ASCII));
  }

  private static byte[] delta(PartFrame frame) {
    var slice = frame.delta();
    return Arrays.copyOfRange(slice.array(), slice.from(), slice.to());
  }

  private static EncodedPart text(String text) {
    return new EncodedPart(Role.ASSISTANT, bytes("{\"text\":\""), bytes(text), bytes("\"}"));
  }

  private static EncodedPart reasoning(String text) {
    return new EncodedPart(Role.ASSISTANT, bytes("{\"reasoning\":\""), bytes(text), bytes("\"}"));
  }

  private static byte[] bytes(String ascii) {
    return ascii.getBytes(US_ASCII);
  }
}
