package chatd.server.cli;

import chatd.server.config.LogFormat;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the person who started a server how the start goes and how to sign in.
///
/// With logs for people it writes on standard output. With logs for programs every sentence becomes
/// an entry of the log, so that nothing is written which is no JSON.
sealed interface Announcer {

  static Announcer of(LogFormat format, Greeting greeting, Terminal terminal) {
    return switch (format) {
      case TEXT -> new OnTerminal(greeting::text, terminal);
      case JSON -> new InLog(greeting::sentence, LoggerFactory.getLogger("chatd"));
    };
  }

  void tell(String sentence);

  /// The server answers on this port.
  void ready(int port);

  record OnTerminal(IntFunction<String> greeting, Terminal terminal) implements Announcer {
    @Override
    public void tell(String sentence) {
      terminal.out().println(sentence);
    }

    @Override
    public void ready(int port) {
      terminal.out().println(greeting.apply(port));
    }
  }

  record InLog(IntFunction<String> greeting, Logger log) implements Announcer {
    @Override
    public void tell(String sentence) {
      log.info(sentence);
    }

    @Override
    public void ready(int port) {
      log.info(greeting.apply(port));
    }
  }
}
