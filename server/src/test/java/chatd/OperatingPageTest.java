package chatd;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.contract.Contract;
import chatd.engine.feed.FeedLimits;
import chatd.server.postgres.DatabaseUrl;
import chatd.server.postgres.embedded.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// `docs/operating.md` names every figure that a replica serves, and no other one; and what it has
/// people write into files fits this version.
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
    return Contract.held(ask(method, "/metrics"));
  }

  private static HttpResponse<byte[]> ask(String method, String path)
      throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(replica.uri(path))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .build(),
          BodyHandlers.ofByteArray());
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

  @Test
  void settingsOfThePage_areUnderstood() throws IOException {
    var written =
        between("cat > /etc/chatd.properties <<END\n", "END\n")
            .replace("$PASSWORD", "hunter2")
            .replace("$(openssl rand -hex 32)", "0123456789abcdef".repeat(4))
            .replace(
                "$(openssl rand -base64 32)", Base64.getEncoder().encodeToString(new byte[32]));
    assertThat(written).doesNotContain("$");
    assertThat(written).contains("admin-token = "); // That one is the test's already.
    var options =
        written
            .lines()
            .filter(line -> !line.startsWith("admin-token = "))
            .map(line -> "--" + line.replaceFirst(" = ", "="));

    var settings = RunningReplica.settings(folder, options.toArray(String[]::new));

    assertThat(settings.listening().port()).isEqualTo(port(settings.cluster().relayUrl()));
    assertThat(settings.listening().host()).isEqualTo(host(settings.cluster().relayUrl()));
    assertThat(settings.models().providers().encryptionKey()).isNotNull();
    var database = DatabaseUrl.parse(Objects.requireNonNull(settings.databaseUrl()).value());
    assertThat(database.parameters()).containsEntry("sslmode", "verify-full");
    // Those whom the balancers send people to.
    for (var balancer : List.of(haproxy(), nginx())) {
      assertThat(all("server .*?" + settings.listening().host() + ":(\\d+)", balancer))
          .containsExactly("8080");
      assertThat(all("server .*?10\\.0\\.0\\.\\d+:(\\d+)", balancer))
          .hasSize(3)
          .containsOnly("8080");
    }
  }

  @Test
  void pathsOfTheBalancers_areServed() throws Exception {
    var paths = all("(?:path|location =|httpchk GET) (/\\w+)", haproxy() + nginx());

    assertThat(paths).contains("/readyz", "/metrics", "/relay");
    for (var path : paths) {
      assertThat(ask("GET", path).statusCode()).as(path).isNotEqualTo(404);
    }
  }

  @Test
  void timesOfTheBalancers_leaveRoomForLostPings() throws IOException {
    var ping = FeedLimits.DEFAULT.times().keepalive().toSeconds();

    assertThat(all("timeout (?:client|server|tunnel) (\\d+)s", haproxy()))
        .hasSize(3)
        .allSatisfy(seconds -> assertThat(Long.parseLong(seconds)).isGreaterThan(2 * ping));
    assertThat(all("proxy_(?:read|send)_timeout (\\d+)s", nginx()))
        .hasSize(2)
        .allSatisfy(seconds -> assertThat(Long.parseLong(seconds)).isGreaterThan(2 * ping));
  }

  @Test
  void service_isGivenTimeToStop_andNotStartedAgainWithAWrongSetting() throws Exception {
    var unit = between("```ini\n", "```");
    var drain = RunningReplica.settings(folder).running().drain();

    assertThat(Long.parseLong(all("TimeoutStopSec=(\\d+)", unit).getFirst()))
        .isGreaterThan(drain.plus(FeedLimits.DEFAULT.times().drain()).toSeconds() + 5);
    assertThat(unit).contains("RestartPreventExitStatus=2\n");
  }

  private static String haproxy() throws IOException {
    return between("```text\nglobal\n", "```");
  }

  private static String nginx() throws IOException {
    return between("```text\nupstream chatd {\n", "```");
  }

  private static String between(String begin, String end) throws IOException {
    var page = Files.readString(PAGE);
    var from = page.indexOf(begin);
    assertThat(from).as(begin).isNotNegative();
    return page.substring(from + begin.length(), page.indexOf(end, from + begin.length()));
  }

  private static List<String> all(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1)).toList();
  }

  private static int port(@Nullable URI uri) {
    return uri == null ? -1 : uri.getPort();
  }

  private static @Nullable String host(@Nullable URI uri) {
    return uri == null ? null : uri.getHost();
  }
}
