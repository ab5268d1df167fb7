package chatd.server.stream;

import chatd.core.feed.CloseReason;
import chatd.engine.port.Carrier;
import chatd.engine.port.CarrierListener;
import chatd.server.http.ApiError;
import chatd.server.http.HttpServer;
import chatd.server.http.StreamAnswer;
import chatd.server.http.StreamEndpoint;
import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A real server on a loopback port, whose streams are served by the test.
public final class StreamServer implements AutoCloseable {

  public static final UUID REPLICA = UUID.fromString("55555555-5555-4555-8555-555555555555");

  /// What a listener heard, in order.
  public enum Heard {
    WRITTEN,
    ENDED
  }

  /// One stream as the engine sees it.
  public static final class Served implements CarrierListener {
    public final Carrier carrier;
    public final AtomicInteger progress = new AtomicInteger();
    public final AtomicInteger ends = new AtomicInteger();
    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> progressed = new LinkedBlockingQueue<>();

    Served(Carrier carrier) {
      this.carrier = carrier;
    }

    @Override
    public void written() {
      heard.add(Heard.WRITTEN);
    }

    @Override
    public void progressed() {
      progressed.add(progress.incrementAndGet());
    }

    @Override
    public void ended() {
      ends.incrementAndGet();
      heard.add(Heard.ENDED);
    }

    /// The next thing heard, or null after that time.
    public Heard next(Duration patience) throws InterruptedException {
      return heard.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    public Heard next() throws InterruptedException {
      return next(Duration.ofSeconds(20));
    }

    /// Waits for one more sign of progress.
    public boolean progresses(Duration patience) throws InterruptedException {
      return progressed.poll(patience.toMillis(), TimeUnit.MILLISECONDS) != null;
    }
  }

  public final OpenStreams streams = new OpenStreams(Duration.ofMillis(500));
  private final BlockingQueue<Served> opened = new LinkedBlockingQueue<>();
  private final HttpServer server;

  public StreamServer() throws IOException {
    var settings =
        new HttpServer.Settings(
            "127.0.0.1", 0, () -> REPLICA, Set.of(), 10_000, Duration.ofSeconds(10));
    server = new HttpServer(settings, this::routes, streams, (_, _, _, _) -> {});
    server.start();
  }

  private void routes(RoutesConfig routes) {
    var webSockets = new WebSockets(streams);
    var serverSentEvents = new ServerSentEvents(streams);
    routes.get(
        "/api/stream",
        new StreamEndpoint(
            request ->
                new StreamAnswer.Accepted(carrier -> {
                  var served = new Served(carrier);
                  opened.add(served);
                  return served;
                }),
            webSockets::open,
            serverSentEvents::open));
    routes.get(
        "/api/refused",
        new StreamEndpoint(
            _ -> new StreamAnswer.Refused(ApiError.UNAVAILABLE.answer()),
            webSockets::open,
            serverSentEvents::open));
    routes.get(
        "/api/failing",
        new StreamEndpoint(
            _ ->
                new StreamAnswer.Accepted(_ -> {
                  throw new IllegalStateException("no viewer");
                }),
            webSockets::open,
            serverSentEvents::open));
    routes.get(
        "/api/closing",
        new StreamEndpoint(
            _ ->
                new StreamAnswer.Accepted(carrier -> {
                  carrier.write(new byte[] {'h', 'i'});
                  carrier.end(CloseReason.GONE);
                  var served = new Served(carrier);
                  opened.add(served);
                  return served;
                }),
            webSockets::open,
            serverSentEvents::open));
  }

  /// The stream that was opened next.
  public Served served() throws InterruptedException {
    var served = opened.poll(20, TimeUnit.SECONDS);
    if (served == null) {
      throw new AssertionError("No stream was opened.");
    }
    return served;
  }

  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }
}
