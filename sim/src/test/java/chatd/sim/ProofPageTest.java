package chatd.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What docs/proof.md says of the mutants is what is kept of them.
class ProofPageTest {
  private static final Path MUTANTS = Path.of("mutants");
  private static final Pattern ROW =
      Pattern.compile("^\\| `([^`]+)` \\| .+ \\| \\w+ \\| (\\d+) \\|$", Pattern.MULTILINE);

  @Test
  void everyMutantIsOnThePage_withTheSeedThatCaughtIt() throws IOException {
    var caught = new TreeMap<String, String>();
    for (var line : Files.readAllLines(MUTANTS.resolve("caught.txt"))) {
      var words = line.split(" ", 3);
      caught.put(words[0], words[1]);
    }
    var told = new TreeMap<String, String>();
    var rows = ROW.matcher(Files.readString(Path.of("..", "docs", "proof.md")));
    while (rows.find()) {
      told.put(rows.group(1), rows.group(2));
    }
    assertThat(told).as("after ./chatd-mutants").isEqualTo(caught);
  }

  @Test
  void everyMutantWasCaught() throws IOException {
    try (var patches = Files.list(MUTANTS)) {
      var names =
          patches
              .map(path -> path.getFileName().toString())
              .filter(name -> name.endsWith(".patch"))
              .map(name -> name.substring(0, name.length() - ".patch".length()))
              .sorted()
              .toList();
      assertThat(names).hasSizeGreaterThanOrEqualTo(25);
      assertThat(Files.readAllLines(MUTANTS.resolve("caught.txt")))
          .extracting(line -> line.split(" ", 3)[0])
          .isEqualTo(names);
    }
  }
}
