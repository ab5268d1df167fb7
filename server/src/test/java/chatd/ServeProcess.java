package chatd;

import static java.nio.charset.StandardCharsets.UTF_8;

import chatd.contract.Contract;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/// `chatd serve` in a process of its own, as people start it.
final class ServeProcess implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("is ready at (http://[^\\s\"]+)");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path out;
  private final Path err;

  private ServeProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /// Starts it. What it writes is kept in files of `folder`.
  static ServeProcess start(Path folder, Map<String, String> environment, String... options) {
    try {
      var out = Files.createTempFile(folder, "serve", ".out");
      var err = Files.createTempFile(folder, "serve", ".err");
      // Whoever runs the tests in the background may have Ctrl-C ignored, which is inherited.
      var words = new ArrayList<>(List.of("env", "--default-signal=INT"));
      words.addAll(java());
      words.add("serve");
      words.addAll(List.of(options));
      var builder = new ProcessBuilder(words);
      builder.environment().keySet().removeIf(name -> name.startsWith("CHATD_"));
      builder.environment().putAll(environment);
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      return new ServeProcess(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The command `chatd`, without a word behind it.
  static List<String> java() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-cp",
        classPath(),
        Main.class.getName());
  }

  /// Without the tests, whose settings of the log are not those of the program.
  private static String classPath() {
    var whole =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Pattern.compile(File.pathSeparator)
        .splitAsStream(whole)
        .filter(it -> !it.contains("test-classes") && !it.contains("-tests.jar"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /// The address that it says it is ready at.
  URI address() {
    return URI.create(awaitText(READY).group(1));
  }

  /// Waits until it has written a text like this.
  MatchResult awaitText(Pattern text) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> find(text), Optional::isPresent)
        .orElseThrow();
  }

  private Optional<MatchResult> find(Pattern text) {
    var alive = process.isAlive(); // Before the look: what it wrote last is read then.
    // JSON may escape a slash.
    var found = text.matcher((out() + err()).replace("\\/", "/")).results().findFirst();
    if (found.isEmpty() && !alive) {
      throw new AssertionError("chatd has ended: " + out() + err());
    }
    return found;
  }

  /// Waits until it ends by itself.
  int exitCode() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("chatd does not end: " + out() + err());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /// Asks it to end, as service supervisors do.
  int stop() {
    process.destroy();
    return exitCode();
  }

  /// Asks it to end, as Ctrl-C does.
  void interrupt() {
    try {
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().onExit().join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Sends it a request and waits for the answer.
  HttpResponse<byte[]> send(HttpRequest.Builder request) {
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return Contract.held(client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  String out() {
    return read(out);
  }

  String err() {
    return read(err);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
