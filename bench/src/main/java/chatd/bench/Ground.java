package chatd.bench;

import chatd.bench.client.ChatdClient;
import chatd.bench.process.ProcessTimes;
import chatd.bench.process.RunningProcess;
import chatd.server.model.FakeProvider;
import chatd.server.model.ProviderExchange;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres.TestDatabase;
import chatd.server.postgres.embedded.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/// What every benchmark stands on: a PostgreSQL that writes to the disk as a real one does, a fake
/// provider, and the way to start chatd.
///
/// The provider answers `stream N US` with N stamped parts, one every US microseconds, `fill N
/// SIZE` with N parts of SIZE characters as quickly as it can, `hold N SIZE` likewise but without
/// an end, and anything else in a few words.
final class Ground implements AutoCloseable {
  static final String TOKEN = "bench-token-of-the-administrator";

  /// Settings under which it is the load that is measured and not a limit.
  private static final Map<String, String> UNLESS_GIVEN =
      Map.of("--max-turns", "1000", "--max-streams-per-user", "20000", "--stall-timeout", "10m");

  private static final String BASE_URL = "--openai-base-url";
  private static final String JAVA_OPTIONS = "CHATD_JAVA_OPTIONS";
  private static final Pattern TASK = Pattern.compile("(stream|fill|hold) (\\d+) (\\d+)");
  private static final String[] FEW_WORDS = {"It ", "is ", "good ", "to ", "see ", "you."};

  private final List<String> command;
  private final Path folder;
  private final FakeProvider provider = FakeProvider.start().forgetful().otherwise(Ground::script);
  private final TestServer postgres = TestServer.start(List.of());
  private final AtomicInteger made = new AtomicInteger();

  /// @param command starts chatd; `serve` and its flags are added
  Ground(List<String> command) throws IOException {
    this.command = List.copyOf(command);
    this.folder = Files.createTempDirectory("chatd-bench");
    // Under root an embedded PostgreSQL runs as another user, who must get through.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
  }

  FakeProvider provider() {
    return provider;
  }

  TestDatabase createDatabase() {
    return postgres.createDatabase();
  }

  /// A folder that does not exist yet.
  Path newFolder() {
    return folder.resolve("data-" + made.getAndIncrement());
  }

  /// The ids of all processes of the database server.
  long[] databaseProcesses() {
    return ProcessTimes.descendants("postgres");
  }

  /// Starts chatd over a database, with the fake provider as its model.
  RunningProcess serve(String databaseUrl, String javaOptions)
      throws IOException, InterruptedException {
    return serve(newFolder(), javaOptions, "--database-url", databaseUrl);
  }

  /// Starts chatd on this data folder.
  RunningProcess serve(Path dataDir, String javaOptions, String... flags)
      throws IOException, InterruptedException {
    var port = RunningProcess.freePort();
    var line = new ArrayList<>(command);
    line.addAll(
        List.of(
            "serve",
            "--port",
            Integer.toString(port),
            "--data-dir",
            dataDir.toString(),
            "--admin-token",
            TOKEN,
            "--model",
            "openai/bench",
            "--log-level",
            "warn"));
    if (!List.of(flags).contains(BASE_URL)) {
      line.addAll(List.of(BASE_URL, provider.baseUrl().toString()));
    }
    UNLESS_GIVEN.forEach((flag, value) -> {
      if (!List.of(flags).contains(flag)) {
        line.addAll(List.of(flag, value));
      }
    });
    Collections.addAll(line, flags);
    var log = log("chatd");
    var given = System.getenv().getOrDefault(JAVA_OPTIONS, "");
    var environment = Map.of(JAVA_OPTIONS, (javaOptions + " " + given).strip());
    return RunningProcess.start(new RunningProcess.Plan(line, environment, port, "/readyz", log));
  }

  /// Starts another Java program with the class path and the collector of this one.
  RunningProcess program(Class<?> main, int port, String... arguments)
      throws IOException, InterruptedException {
    var line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    Collections.addAll(line, arguments);
    var log = log(main.getSimpleName());
    return RunningProcess.start(new RunningProcess.Plan(line, Map.of(), port, "/readyz", log));
  }

  /// Where a process writes what it says; kept, unlike everything else.
  private Path log(String name) throws IOException {
    return Files.createDirectories(Path.of("target", "logs"))
        .resolve(name + "-" + made.getAndIncrement() + ".log");
  }

  /// Makes chats with an answered first message, and waits until all of them wait.
  static List<String> chats(ChatdClient client, int count) throws Exception {
    var chats = ChatdClient.many(count, _ -> () -> client.create("Hello"));
    for (var chat : chats) {
      awaitStatus(client, chat, "waiting");
    }
    return chats;
  }

  static void awaitStatus(ChatdClient client, String chat, String status) throws Exception {
    var end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    for (var now = client.status(chat); !now.equals(status); now = client.status(chat)) {
      if (System.nanoTime() > end || now.equals("error")) {
        throw new IllegalStateException("a chat is " + now + " and not " + status);
      }
      Thread.sleep(20);
    }
  }

  static Script script(ProviderExchange exchange) {
    var task = TASK.matcher(exchange.lastUserText());
    if (!task.matches()) {
      return Script.answer(FEW_WORDS);
    }
    var count = Integer.parseInt(task.group(2));
    var number = Integer.parseInt(task.group(3));
    var texts = new String[count];
    Arrays.fill(texts, "x".repeat(Math.max(0, number - 1)) + " ");
    return switch (task.group(1)) {
      case "stream" -> Script.paced(Duration.ofNanos(number * 1_000L), count, Stamps::now);
      case "hold" -> Script.begin().text(texts).hang();
      default -> Script.answer(texts);
    };
  }

  @Override
  public void close() throws IOException {
    provider.close();
    postgres.close();
    try (var paths = Files.walk(folder)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
