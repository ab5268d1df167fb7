package chatd.core.part;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.core.message.ToolOrigin;
import chatd.core.part.Part.ArgsDelta;
import chatd.core.part.Part.ReasoningDelta;
import chatd.core.part.Part.TextDelta;
import java.util.ArrayList;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PartCutterTest {
  private static final String HIGH = "\uD83D";
  private static final String LOW = "\uDE00";

  private final PartCutter cutter = new PartCutter();

  @Test
  void ordinaryPart_passesAsItIs() {
    var part = new TextDelta("hello");
    assertThat(cutter.add(part)).containsExactly(part);
    assertThat(cutter.end()).isEmpty();
  }

  @Test
  void pairAcrossDeltas_arrivesWhole() {
    assertThat(cutter.add(new TextDelta("a" + HIGH))).containsExactly(new TextDelta("a"));
    assertThat(cutter.add(new TextDelta(LOW + "b")))
        .containsExactly(new TextDelta(HIGH + LOW + "b"));
  }

  @Test
  void loneHighSurrogate_isNeitherLostNorMovedToAnotherBlock() {
    assertThat(cutter.add(new TextDelta(HIGH))).isEmpty();
    assertThat(cutter.add(new ReasoningDelta("hm")))
        .containsExactly(new TextDelta(HIGH), new ReasoningDelta("hm"));
    assertThat(cutter.add(new TextDelta("x" + HIGH))).containsExactly(new TextDelta("x"));
    assertThat(cutter.end()).containsExactly(new TextDelta(HIGH));
    assertThat(cutter.end()).isEmpty();
  }

  @Test
  void deltasOfTwoCalls_areTwoBlocks() {
    var held = new ArgsDelta("c1", "t", HIGH, ToolOrigin.NONE);
    var other = new ArgsDelta("c2", "t", "x", ToolOrigin.NONE);
    assertThat(cutter.add(held)).isEmpty();
    assertThat(cutter.add(other)).containsExactly(held, other);
  }

  @Test
  void wholePart_endsABlock() {
    var call =
        new Part.Whole(
            new ContentPart.ToolCall("c", "t", RawJson.EMPTY_OBJECT, ToolOrigin.NONE, null));
    cutter.add(new TextDelta("a" + HIGH));
    assertThat(cutter.add(call)).containsExactly(new TextDelta(HIGH), call);
  }

  @Test
  void deltaOverTheLimit_becomesSeveral_withoutSplittingPairs() {
    var small = new PartCutter(512 + 20);
    assertThat(small.add(new TextDelta("a" + (HIGH + LOW).repeat(3))))
        .containsExactly(
            new TextDelta("a" + HIGH + LOW), new TextDelta(HIGH + LOW), new TextDelta(HIGH + LOW));
  }

  @Test
  void text_isNeverChanged() {
    var alphabet = new String[] {"a", "\"", "\n", HIGH, LOW, "\0", "é"};
    for (var seed = 0L; seed < 500; seed++) {
      var random = new SplittableRandom(seed);
      var small = new PartCutter(512 + random.nextInt(12, 40));
      var in = new StringBuilder();
      var out = new ArrayList<Part>();
      for (var i = 0; i < 20; i++) {
        var text = new StringBuilder();
        for (var length = random.nextInt(1, 9); length > 0; length--) {
          text.append(alphabet[random.nextInt(alphabet.length)]);
        }
        in.append(text);
        out.addAll(small.add(new TextDelta(text.toString())));
      }
      out.addAll(small.end());
      var joined = new StringBuilder();
      for (var part : out) {
        var text = ((TextDelta) part).text();
        assertThat(text).isNotEmpty();
        if (!joined.isEmpty() && Character.isHighSurrogate(joined.charAt(joined.length() - 1))) {
          assertThat(Character.isLowSurrogate(text.charAt(0))).as("seed %d", seed).isFalse();
        }
        joined.append(text);
      }
      assertThat(joined.toString()).as("seed %d", seed).isEqualTo(in.toString());
    }
  }
}
