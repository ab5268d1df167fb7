package chatd.server.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;

/// Where a command writes: results to `out`, complaints to `err`.
public record Terminal(PrintWriter out, PrintWriter err) {

  /// The standard streams of this process.
  public static Terminal ofProcess() {
    return new Terminal(writer(System.out), writer(System.err));
  }

  private static PrintWriter writer(PrintStream stream) {
    Charset charset = stream.charset();
    return new PrintWriter(stream, true, charset);
  }
}
