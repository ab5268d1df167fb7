package chatd;

import chatd.server.SystemTime;
import chatd.server.cli.CannotRun;
import chatd.server.cli.Demo;
import chatd.server.config.Secret;
import chatd.server.demo.ReplicaCommand;
import chatd.server.demo.Show;
import chatd.server.postgres.embedded.EmbeddedPostgres;
import chatd.server.postgres.embedded.EmbeddedPostgresException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The demo, put together: a database of its own, and replicas that are started as this process
/// was.
final class DemoPlay {
  private DemoPlay() {}

  static void play(Demo.Stage stage) throws InterruptedException {
    var out = stage.terminal().out();
    var show = new Show(new SystemTime(), out, footer(stage));
    stage.endRequests().onEndRequest(show::end, show::hurry);
    out.println("Starting PostgreSQL and three replicas ...");
    try (var postgres = EmbeddedPostgres.open(stage.folder(), out::println)) {
      var token = stage.adminToken();
      show.play(
          new ReplicaCommand(serve(), environment(postgres, token), stage.folder()),
          token.value(),
          System.in);
    } catch (EmbeddedPostgresException e) {
      throw new CannotRun(String.valueOf(e.getMessage()), e);
    }
  }

  private static List<String> footer(Demo.Stage stage) {
    return List.of(
        "  Token: %s token --data-dir %s".formatted(stage.program().command(), stage.folder()));
  }

  /// The Java, options and classes of this process.
  private static List<String> serve() {
    var words = new ArrayList<String>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    words.addAll(List.of(Main.class.getName(), "serve"));
    return words;
  }

  private static Map<String, String> environment(EmbeddedPostgres postgres, Secret token) {
    var address = postgres.jdbcUrl().replaceFirst("^jdbc:postgresql://", "");
    var url = "postgres://%s:%s@%s".formatted(postgres.user(), postgres.password(), address);
    return Map.of("CHATD_DATABASE_URL", url, "CHATD_ADMIN_TOKEN", token.value());
  }
}
