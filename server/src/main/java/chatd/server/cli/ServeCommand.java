package chatd.server.cli;

import chatd.server.config.PlaceOptions;
import chatd.server.config.ServeOptions;
import chatd.server.config.ServeSettings;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/// `chatd serve`: starts a server and waits until the process is asked to end.
final class ServeCommand implements Callable<Integer> {
  /// What shells say of a command that Ctrl-C ended.
  private static final int ENDED_BY_CTRL_C = 130;

  private final Options options;
  private final Greeting.About about;
  private final Terminal terminal;
  private final Starter starter;
  private final EndRequests endRequests;

  /// What was said on the command line and elsewhere; it has no values before it was read.
  record Options(PlaceOptions place, ServeOptions serve) {}

  ServeCommand(
      Options options,
      Greeting.About about,
      Terminal terminal,
      Starter starter,
      EndRequests endRequests) {
    this.options = options;
    this.about = about;
    this.terminal = terminal;
    this.starter = starter;
    this.endRequests = endRequests;
  }

  @Override
  public Integer call() throws InterruptedException {
    var settings = ServeSettings.of(options.place(), options.serve());
    Logging.start(settings.running().logFormat(), settings.running().logLevel());
    var prepared = starter.prepare(settings);
    DataFolder.open(settings.dataDir());
    var fixed = settings.adminToken();
    var token = fixed == null ? AdminToken.keptIn(settings.dataDir()) : fixed;
    var announcer = announcer(settings);
    var server = prepared.start(token, announcer::tell);
    if (fixed != null) {
      AdminToken.forget(settings.dataDir());
    }
    announcer.ready(server.port());
    return untilStopped(server, announcer, settings.running().drain());
  }

  private int untilStopped(Server server, Announcer announcer, Duration drain)
      throws InterruptedException {
    var asked = new CountDownLatch(1);
    var hurried = new AtomicBoolean();
    endRequests.onEndRequest(
        asked::countDown,
        () -> {
          hurried.set(true);
          announcer.tell("Stopping at once.");
          server.hurry();
        });
    asked.await();
    announcer.tell(stopping(server.runningTurns(), drain));
    server.stop();
    announcer.tell("Stopped.");
    return hurried.get() ? ENDED_BY_CTRL_C : 0;
  }

  private static String stopping(int turns, Duration drain) {
    if (turns == 0) {
      return "Stopping.";
    }
    var time = drain.toSeconds() > 0 ? drain.toSeconds() + " s" : drain.toMillis() + " ms";
    return "Stopping; %s in progress may take %s more. Ctrl-C again stops at once."
        .formatted(turns == 1 ? "1 turn" : turns + " turns", time);
  }

  private Announcer announcer(ServeSettings settings) {
    return Announcer.of(settings.running().logFormat(), new Greeting(about, settings), terminal);
  }
}
