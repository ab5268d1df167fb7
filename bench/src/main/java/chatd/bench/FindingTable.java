package chatd.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Findings as a table that reads well on a terminal and is Markdown too, and below it how each was
/// measured.
final class FindingTable {
  private static final List<String> HEAD =
      List.of("what", "target", "measured", "ratio", "verdict");

  private FindingTable() {}

  static String of(List<Finding> findings) {
    var rows = new ArrayList<List<String>>();
    rows.add(HEAD);
    for (var finding : findings) {
      rows.add(
          List.of(
              finding.what(),
              finding.target(),
              finding.measured(),
              finding.ratio(),
              finding.verdict().toString()));
    }
    var widths =
        IntStream.range(0, HEAD.size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    var lines = new ArrayList<String>();
    rows.forEach(row -> lines.add(line(row, widths)));
    lines.add(1, line(HEAD.stream().map(_ -> "").toList(), widths).replace(' ', '-'));
    lines.add("");
    for (var finding : findings) {
      if (!finding.how().isBlank()) {
        lines.add("- **" + finding.what() + "**: " + finding.how().strip());
      }
    }
    return String.join("\n", lines);
  }

  private static String line(List<String> row, int[] widths) {
    return IntStream.range(0, widths.length)
        .mapToObj(column -> row.get(column) + " ".repeat(widths[column] - row.get(column).length()))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }
}
