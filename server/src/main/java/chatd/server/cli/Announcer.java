package chatd.server.cli;

import chatd.server.config.LogFormat;
import chatd.server.config.ServeSettings;
import chatd.server.config.Sources;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the person who started a server how the start goes and how to sign in.
///
/// With logs for people it writes on standard output. With logs for programs every sentence becomes
/// an entry of the log, so that nothing is written which is no JSON.
sealed interface Announcer {

  /// What the announcement is made from, besides the settings.
  record Settings(String version, Sources sources) {}

  static Announcer of(Settings announcing, ServeSettings settings, Terminal terminal) {
    var greeting = new Greeting(announcing.version(), settings, announcing.sources());
    return settings.running().logFormat() == LogFormat.TEXT
        ? new OnTerminal(greeting, terminal)
        : new InLog(greeting, LoggerFactory.getLogger("chatd"));
  }

  void tell(String sentence);

  void ready(int port);

  record OnTerminal(Greeting greeting, Terminal terminal) implements Announcer {
    @Override
    public void tell(String sentence) {
      terminal.out().println(sentence);
    }

    @Override
    public void ready(int port) {
      lines(port).forEach(terminal.out()::println);
    }

    private List<String> lines(int port) {
      return greeting.lines(port);
    }
  }

  record InLog(Greeting greeting, Logger log) implements Announcer {
    @Override
    public void tell(String sentence) {
      log.info(sentence);
    }

    @Override
    public void ready(int port) {
      log.info(greeting.sentence(port));
    }
  }
}
