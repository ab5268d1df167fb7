package chatd.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// `chatd serve` in a process of its own, with everything that a process can be told by a system.
final class ReplicaProcess implements Replica {
  private static final Pattern READY = Pattern.compile("chatd .* is ready at http://.*:(\\d+)");
  private static final Duration START_MAX = Duration.ofSeconds(90);
  private static final Duration STOP_MAX = Duration.ofSeconds(60);

  private final Setup setup;
  private final Process process;
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private final List<String> heard = new ArrayList<>();
  private final int port;

  private ReplicaProcess(Setup setup, String classPath) {
    this.setup = setup;
    process = run(classPath, setup.words());
    Thread.ofVirtual().name("replica-output").start(this::listen);
    port = awaitReady();
  }

  /// Starts a server and waits until it says that it is ready.
  static ReplicaProcess start(Setup setup) {
    return start(setup, System.getProperty("java.class.path"));
  }

  /// Likewise, with other classes and resources than those of this version.
  static ReplicaProcess start(Setup setup, String classPath) {
    return new ReplicaProcess(setup, classPath);
  }

  private static Process run(String classPath, List<String> words) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"));
    command.addAll(List.of("-cp", classPath));
    command.addAll(List.of(Main.class.getName(), "serve"));
    command.addAll(words);
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void listen() {
    try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      lines.lines().forEach(said::add);
    } catch (IOException | UncheckedIOException _) {
      // It was killed in the middle of a line.
    }
  }

  private int awaitReady() {
    var deadline = System.nanoTime() + START_MAX.toNanos();
    while (true) {
      var line = poll(deadline - System.nanoTime());
      var ready = READY.matcher(line);
      if (ready.find()) {
        return Integer.parseInt(ready.group(1));
      }
    }
  }

  private String poll(long nanos) {
    try {
      var line = said.poll(Math.min(nanos, TimeUnit.SECONDS.toNanos(1)), TimeUnit.NANOSECONDS);
      if (line != null) {
        heard.add(line);
        return line;
      }
      if (nanos <= 0 || !process.isAlive()) {
        kill();
        throw new AssertionError("chatd did not become ready; it said: " + heard);
      }
      return "";
    } catch (InterruptedException e) {
      kill();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public int port() {
    return port;
  }

  /// `kill -9`.
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /// Freezes it where it is, as `kill -STOP` does.
  void pause() {
    signal("STOP");
  }

  /// Lets it go on after [#pause].
  void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    var command = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()));
    try {
      assertThat(command.start().waitFor()).as("kill -%s", name).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// Asks it to end, as `kill` and Ctrl-C do, and does not wait.
  void terminate() {
    process.destroy();
  }

  /// Waits until it has ended after [#terminate].
  void awaitEnd() {
    try {
      assertThat(process.waitFor(STOP_MAX.toSeconds(), TimeUnit.SECONDS))
          .as("chatd ends within %s", STOP_MAX)
          .isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Starts another one in its place, on the same port and data, with more options if there are
  /// any. It has to have ended.
  ReplicaProcess startAgain(String... options) {
    assertThat(process.isAlive()).isFalse();
    return start(setup.onPort(port).with(options));
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      terminate();
      resume(); // It may be frozen.
      try {
        awaitEnd();
      } finally {
        kill();
      }
    }
  }
}
