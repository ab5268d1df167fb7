package chatd;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// `docs/threat-model.md` names a test for every defence, and each of them is there.
class ThreatModelPageTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern CLASS = Pattern.compile("`([A-Z]\\w*Test)`");

  @Test
  void everyDefence_namesTests_andEachOfThemIsThere() throws IOException {
    var page = Files.readString(ROOT.resolve("docs").resolve("threat-model.md"));
    var defended =
        page.substring(page.indexOf("## What is defended"), page.indexOf("## What is not"));
    var rows =
        defended
            .lines()
            .filter(line -> line.startsWith("| ") && !line.startsWith("| threat |"))
            .toList();

    assertThat(rows).hasSizeGreaterThan(10);
    var tests = tests();
    assertThat(rows)
        .allSatisfy(row -> {
          var named = CLASS.matcher(row).results().map(found -> found.group(1)).collect(toSet());
          assertThat(named).isNotEmpty();
          assertThat(tests).containsAll(named);
        });
  }

  private static Set<String> tests() throws IOException {
    var names = new TreeSet<String>();
    for (var module : new String[] {"core", "engine", "relay", "server"}) {
      try (var files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
        files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(".java"))
            .forEach(name -> names.add(name.replace(".java", "")));
      }
    }
    return names;
  }
}
