package chatd.bench.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A server process that was started here and answers over HTTP on a port of the loopback address.
public final class RunningProcess implements AutoCloseable {
  private static final Duration READY_MAX = Duration.ofMinutes(2);
  private static final Duration LOOK = Duration.ofMillis(5);
  private static final int ANSWER_MILLIS_MAX = 5_000;
  private static final long STOP_SECONDS_MAX = 40;

  private final Process process;
  private final int port;
  private final Path log;
  private final Duration startTime;

  private RunningProcess(Process process, Plan plan, Duration startTime) {
    this.process = process;
    this.port = plan.port();
    this.log = plan.log();
    this.startTime = startTime;
  }

  /// What to start.
  ///
  /// @param environment added to that of this process, from which settings of chatd are removed
  /// @param port on which it was told to listen
  /// @param readyPath answers 200 as soon as it is ready
  /// @param log gets what it prints
  public record Plan(
      List<String> command, Map<String, String> environment, int port, String readyPath, Path log) {
    public Plan {
      command = List.copyOf(command);
      environment = Map.copyOf(environment);
    }
  }

  /// Starts it. Returns when it is ready.
  ///
  /// @throws IllegalStateException if it ends before, with the last it said
  public static RunningProcess start(Plan plan) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(plan.command()).redirectErrorStream(true);
    builder.redirectOutput(plan.log().toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("CHATD_"));
    builder.environment().putAll(plan.environment());
    var begun = System.nanoTime();
    var process = builder.start();
    try {
      awaitReady(process, plan, begun);
    } catch (IOException | InterruptedException e) {
      process.destroyForcibly();
      throw e;
    }
    return new RunningProcess(process, plan, Duration.ofNanos(System.nanoTime() - begun));
  }

  private static void awaitReady(Process process, Plan plan, long begun)
      throws IOException, InterruptedException {
    while (!isReady(plan)) {
      var waited = Duration.ofNanos(System.nanoTime() - begun);
      if (!process.isAlive() || waited.compareTo(READY_MAX) > 0) {
        process.destroyForcibly();
        var said = Files.readString(plan.log());
        throw new IllegalStateException(
            "not ready after " + waited.toMillis() + " ms; it said:\n" + said);
      }
      Thread.sleep(LOOK);
    }
  }

  /// A port that was free a moment ago.
  public static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean isReady(Plan plan) throws IOException {
    try (var socket = new Socket()) {
      socket.setSoTimeout(ANSWER_MILLIS_MAX);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), plan.port()));
      var request =
          "GET " + plan.readyPath() + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      var status = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      return status.endsWith(" 200");
    } catch (SocketTimeoutException e) {
      throw new IOException("no answer from " + plan.readyPath(), e);
    } catch (IOException _) {
      return false; // Nobody listens yet.
    }
  }

  public long pid() {
    return process.pid();
  }

  public int port() {
    return port;
  }

  /// Where it writes what it says.
  public Path log() {
    return log;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /// From the start of the process to the first answer that says it is ready.
  public Duration startTime() {
    return startTime;
  }

  /// Ends it as `kill -9` does. Returns when it is gone.
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// Likewise, and does not wait.
  public void end() {
    process.destroyForcibly();
  }

  /// Lets it stand still where it is, as `kill -STOP` does.
  public void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  /// Lets it go on after [#freeze].
  public void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    var _ = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
  }

  /// Asks it to end, and does not wait.
  public void terminate() {
    process.destroy();
  }

  /// Asks it to end, and waits for that.
  @Override
  public void close() {
    terminate();
    awaitEnd();
  }

  /// Waits until it has ended; if that takes too long, ends it.
  public void awaitEnd() {
    try {
      if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
