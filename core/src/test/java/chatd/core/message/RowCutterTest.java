package chatd.core.message;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.ContentPart.Reasoning;
import chatd.core.message.ContentPart.Text;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RowCutterTest {

  @Test
  void cut_whatFits_isOneRow() {
    List<ContentPart> content = List.of(new Text("a"), new Text("b"));

    assertThat(RowCutter.cut(content, 2 << 20)).containsExactly(content);
    assertThat(RowCutter.cut(List.of(), 2 << 20)).containsExactly(List.of());
  }

  @Test
  void cut_longText_joinsToTheSameAndStaysWithinTheLimit() {
    for (var text :
        List.of(
            "x".repeat(50_000), "\ud83d\ude00".repeat(9_000), "\u0000\ud800é\"".repeat(4_000))) {
      for (var limit = 600; limit < 20_000; limit += 977) {
        var rows = RowCutter.cut(List.of(new Reasoning("why", null, null), new Text(text)), limit);

        assertThat(texts(rows)).isEqualTo(text);
        for (var row : rows) {
          assertThat(row.stream().mapToLong(RowCutter::size).sum()).isLessThanOrEqualTo(limit);
        }
      }
    }
  }

  @Test
  void cut_surrogatePair_isNeverSplit() {
    var rows = RowCutter.cut(List.of(new Text("\ud83d\ude00".repeat(500))), 512 + 6 * 7);

    rows.forEach(row -> assertThat(((Text) row.getFirst()).text()).matches("(\ud83d\ude00)+"));
  }

  @Test
  void cut_partThatCannotBeCut_standsAloneInOrder() {
    var call =
        new ContentPart.ToolCall(
            "c", "t", new RawJson("\"" + "x".repeat(5_000) + "\""), ToolOrigin.NONE, null);

    var rows = RowCutter.cut(List.of(new Text("a"), call, new Text("b")), 2_000);

    assertThat(rows).containsExactly(List.of(new Text("a")), List.of(call), List.of(new Text("b")));
  }

  private static String texts(List<List<ContentPart>> rows) {
    return rows.stream()
        .flatMap(List::stream)
        .filter(Text.class::isInstance)
        .map(part -> ((Text) part).text())
        .collect(Collectors.joining());
  }
}
