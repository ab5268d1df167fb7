package chatd.server.demo;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Consumer;

/// The keys that are pressed, each at once: while this is open, a terminal neither waits for the
/// end of a line nor shows what is typed. Input that is no terminal is read as it is.
final class Keyboard implements AutoCloseable {
  /// Ctrl-Z would stop the demo and leave its replicas alone, so it is a key without a meaning.
  private static final String RAW = "stty -icanon -echo min 1 time 0 susp undef";

  private final InputStream in;
  private final Optional<String> usual;

  private Keyboard(InputStream in, Optional<String> usual) {
    this.in = in;
    this.usual = usual;
  }

  static Keyboard open(InputStream in) {
    var usual = Shell.ask("test -t 0 && stty -g");
    usual.ifPresent(_ -> Shell.run(RAW));
    return new Keyboard(in, usual);
  }

  /// Tells of each key, and of the end of the input.
  void listen(Consumer<Character> key, Runnable end) {
    Thread.ofPlatform()
        .daemon()
        .name("keyboard")
        .start(() -> {
          try {
            for (var next = in.read(); next >= 0; next = in.read()) {
              key.accept((char) next);
            }
          } catch (IOException _) {
            // The terminal is gone.
          }
          end.run();
        });
  }

  /// The terminal is as it was. May be called several times.
  @Override
  public void close() {
    usual.ifPresent(settings -> Shell.run("stty " + settings));
  }
}
