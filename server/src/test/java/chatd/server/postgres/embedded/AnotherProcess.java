package chatd.server.postgres.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/// A second Java process that has a data folder open until it is told to close it or is killed.
final class AnotherProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private AnotherProcess(Process process) {
    this.process = process;
    this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  /// What runs in the other process.
  public static void main(String[] args) throws IOException {
    var folder = new Folder(Path.of(args[0]), Path.of(args[1]));
    try (var postgres = EmbeddedPostgres.open(folder, TestFolder.QUICK, _ -> {})) {
      System.out.println(postgres.jdbcUrl());
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (EmbeddedPostgresException e) {
      System.out.println(e.getMessage());
    }
  }

  static AnotherProcess on(Folder folder) {
    return start(new ProcessBuilder(), folder);
  }

  /// A process that finds programs in one folder only.
  static AnotherProcess on(Folder folder, Path programs) {
    var builder = new ProcessBuilder();
    builder.environment().put("PATH", programs.toString());
    return start(builder, folder);
  }

  /// Waits for the address that it found the server at, or for the sentence it failed with.
  String said() {
    try {
      return String.valueOf(output.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Lets it close the folder and end.
  void leave() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    process.onExit().join();
  }

  void kill() {
    close();
  }

  /// Kills it, if it has not left.
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  private static AnotherProcess start(ProcessBuilder builder, Folder folder) {
    builder.command(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"),
        AnotherProcess.class.getName(),
        folder.root().toString(),
        folder.software().toString());
    try {
      return new AnotherProcess(builder.redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
