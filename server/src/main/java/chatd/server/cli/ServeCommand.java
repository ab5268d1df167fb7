package chatd.server.cli;

import chatd.server.config.PlaceOptions;
import chatd.server.config.ServeOptions;
import chatd.server.config.ServeSettings;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/// `chatd serve`: starts a server and waits until the process is asked to end.
final class ServeCommand implements Callable<Integer> {
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
    DataFolder.open(settings.dataDir());
    var fixed = settings.adminToken();
    var token = fixed == null ? AdminToken.keptIn(settings.dataDir()) : fixed;
    var announcer = announcer(settings);
    var server = starter.start(settings, token, announcer::tell);
    announcer.ready(server.port());
    var stopped = new CountDownLatch(1);
    endRequests.onEndRequest(() -> {
      try {
        announcer.tell(stopping(settings));
        server.stop();
        announcer.tell("Stopped.");
      } finally {
        stopped.countDown();
      }
    });
    stopped.await();
    return 0;
  }

  private static String stopping(ServeSettings settings) {
    var seconds = settings.running().drain().toSeconds();
    return "Stopping; turns in progress get " + seconds + " s.";
  }

  private Announcer announcer(ServeSettings settings) {
    return Announcer.of(settings.running().logFormat(), new Greeting(about, settings), terminal);
  }
}
