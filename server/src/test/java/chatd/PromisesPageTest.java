package chatd;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `docs/promises.md` names tests that are there.
class PromisesPageTest {
  private static final Path ROOT = Path.of("..");
  private static final List<String> MODULES = List.of("core", "engine", "relay", "server");
  private static final int PROMISES = 15;
  private static final Pattern CLASS = Pattern.compile("`([A-Z]\\w*Test)`");

  private final String page;

  PromisesPageTest() throws IOException {
    page = Files.readString(ROOT.resolve("docs").resolve("promises.md"));
  }

  @Test
  void everyPromise_hasItsPlace() {
    assertThat(page.lines().filter(line -> line.startsWith("## ")))
        .map(heading -> heading.replaceFirst("^## (P\\d+): .*", "$1"))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, PROMISES).mapToObj(number -> "P" + number).toList());
  }

  @Test
  void everyPromise_namesTests_andEachOfThemIsThere() throws IOException {
    var tests = tests();
    for (var promise : page.split("\n## ", -1)) {
      var named = CLASS.matcher(promise).results().map(found -> found.group(1)).collect(toSet());
      assertThat(named).as(promise.lines().findFirst().orElseThrow()).isNotEmpty();
      assertThat(tests).containsAll(named);
    }
  }

  private static Set<String> tests() throws IOException {
    Stream<String> names = Stream.of();
    for (var module : MODULES) {
      try (var files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
        var inModule = files.map(file -> file.getFileName().toString()).toList();
        names = Stream.concat(names, inModule.stream());
      }
    }
    return names
        .filter(name -> name.endsWith(".java"))
        .map(name -> name.substring(0, name.length() - ".java".length()))
        .collect(toSet());
  }
}
