package chatd;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.contract.Contract;
import chatd.server.postgres.embedded.TestPostgres;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// `docs/operating.md` names every figure that a replica serves, and no other one.
class OperatingPageTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final Path PAGE = Path.of("..", "docs", "operating.md");
  private static final Pattern FAMILY =
      Pattern.compile("^# TYPE (\\S+) (\\w+)$", Pattern.MULTILINE);
  private static final Pattern ROW = Pattern.compile("^\\| `(chatd_\\w+)` \\| (\\w+) \\|(.*)\\|$");

  /// Served from the first time on that it has something to say.
  private static final String LATER = "from the first";

  private static @TempDir Path folder;
  private static TestPostgres.TestDatabase database;
  private static RunningReplica replica;
  private static HttpResponse<byte[]> served;

  private record Family(String name, String type) {}

  @BeforeAll
  static void start() throws Exception {
    database = POSTGRES.createDatabase();
    replica = RunningReplica.start(folder, database.jdbcUrl());
    served = get("GET");
  }

  @AfterAll
  static void stop() {
    replica.close();
    database.close();
  }

  private static HttpResponse<byte[]> get(String method) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      return Contract.held(
          http.send(
              HttpRequest.newBuilder(replica.uri("/metrics"))
                  .method(method, HttpRequest.BodyPublishers.noBody())
                  .build(),
              BodyHandlers.ofByteArray()));
    }
  }

  private static String text() {
    return new String(served.body(), StandardCharsets.UTF_8);
  }

  @Test
  void figures_areServedToAnyoneAsText() throws Exception {
    assertThat(served.statusCode()).isEqualTo(200);
    assertThat(served.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
    assertThat(get("HEAD").statusCode()).isEqualTo(405);
    assertThat(get("POST").statusCode()).isEqualTo(405);
  }

  @Test
  void figures_haveOurPrefix() {
    assertThat(text().lines().filter(line -> !line.startsWith("#")))
        .isNotEmpty()
        .allMatch(line -> line.startsWith("chatd_"));
  }

  @Test
  void page_namesEveryFigureWithItsType_andNoOther() throws IOException {
    var all = families();
    var rows = rows();

    assertThat(names(rows)).containsAll(names(all));
    assertThat(rows.stream().filter(row -> !row.later()).map(Row::family)).isSubsetOf(all);
    assertThat(all).isSubsetOf(rows.stream().map(Row::family).toList());
  }

  private record Row(Family family, boolean later) {}

  private static Set<String> names(List<Row> rows) {
    return rows.stream()
        .map(row -> row.family().name())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> names(Set<Family> families) {
    return families.stream().map(Family::name).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<Family> families() {
    return FAMILY
        .matcher(text())
        .results()
        .map(found -> new Family(found.group(1), found.group(2)))
        .collect(Collectors.toSet());
  }

  private static List<Row> rows() throws IOException {
    return Files.readAllLines(PAGE).stream()
        .map(ROW::matcher)
        .filter(matcher -> matcher.matches())
        .map(row -> new Row(new Family(row.group(1), row.group(2)), row.group(3).contains(LATER)))
        .toList();
  }
}
