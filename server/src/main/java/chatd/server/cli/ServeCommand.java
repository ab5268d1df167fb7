package chatd.server.cli;

import chatd.server.config.PlaceOptions;
import chatd.server.config.ServeOptions;
import chatd.server.config.ServeSettings;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/// `chatd serve`: starts a server and waits until the process is asked to end.
record ServeCommand(
    PlaceOptions place,
    ServeOptions options,
    Announcer.Settings announcing,
    Terminal terminal,
    Starter starter,
    EndRequests endRequests)
    implements Callable<Integer> {

  @Override
  public Integer call() throws InterruptedException {
    var settings = ServeSettings.of(place, options);
    Logging.start(settings.running());
    DataFolder.open(settings.dataDir());
    var fixed = settings.adminToken();
    var token = fixed == null ? AdminToken.keptIn(settings.dataDir()) : fixed;
    var announcer = Announcer.of(announcing, settings, terminal);
    var server = starter.start(settings, token, announcer::tell);
    announcer.ready(server.port());
    var stopped = new CountDownLatch(1);
    endRequests.onEndRequest(
        () -> {
          announcer.tell("Stopping; turns in progress get " + settings.running().drain().toSeconds() + " s.");
          server.stop();
          announcer.tell("Stopped.");
          stopped.countDown();
        });
    stopped.await();
    return 0;
  }
}
