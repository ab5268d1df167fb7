package chatd.server.http;

import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.config.JavalinState;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.servlet.JavalinServlet;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.Graceful;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HTTP server: Jetty with Javalin's router inside.
///
/// Jetty is put together here and not by Javalin, because Javalin would look at requests for
/// WebSockets before any route, in a way of its own. Here they are requests like all others.
///
/// Routes run on virtual threads and may block. The few platform threads only move bytes.
public final class HttpServer {

  /// Where and as whom the server answers.
  ///
  /// @param port 0 for any free one
  /// @param replica who answers, at each moment
  /// @param allowedOrigins other origins whose pages may use the interface
  /// @param connectionsMax how many connections are open at most; more wait to be accepted
  /// @param stopTimeout how long [#stop] waits for requests in progress and streams that say
  ///   goodbye
  public record Settings(
      String host,
      int port,
      Supplier<UUID> replica,
      Set<String> allowedOrigins,
      int connectionsMax,
      Duration stopTimeout) {}

  /// A reconnecting crowd must find room: the system's usual backlog makes it wait for seconds.
  private static final int BACKLOG = 4096;

  /// Fixed, for otherwise the system keeps megabytes for a slow reader and lets it go on only when
  /// a third of that has drained: nobody could tell it from a dead one.
  private static final int SEND_BUFFER_BYTES = 64 * 1024;

  private static final int HEADERS_BYTES = 16 * 1024;
  private static final Duration IDLE = Duration.ofSeconds(30);

  /// Whoever brings less than so many bytes a second of a request, at three looks, is closed.
  private static final int SLOW_BYTES = 100;

  private static final Duration SLOW_LOOK = Duration.ofSeconds(10);
  private static final int THREADS_MAX = 32;
  private static final int THREADS_MIN = 4;

  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  private final Server jetty;
  private final ServerConnector connector;

  /// Neither listens nor starts a thread yet.
  ///
  /// @param routes adds everything that is served
  /// @param streams ends the open streams when the server stops
  /// @param figures counts what is answered
  public HttpServer(
      Settings settings, Consumer<RoutesConfig> routes, Graceful streams, RequestFigures figures) {
    this.jetty = new Server(threads());
    this.connector = new ServerConnector(jetty, new SerialConnections(http()));
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setAcceptQueueSize(BACKLOG);
    connector.setAcceptedSendBufferSize(SEND_BUFFER_BYTES);
    connector.setIdleTimeout(IDLE.toMillis());
    jetty.addConnector(connector);
    jetty.addBean(new NetworkConnectionLimit(settings.connectionsMax(), connector));
    jetty.addBean(new SlowSenders(connector, SLOW_LOOK, SLOW_BYTES));
    var headers =
        new AnswerHeaders(
            settings.replica(),
            new CrossOrigin(settings.allowedOrigins()),
            figures,
            servlets(new JavalinServlet(router(routes))));
    jetty.setHandler(headers);
    jetty.setErrorHandler(new ErrorPages(headers));
    jetty.addBean(streams);
    jetty.setStopTimeout(settings.stopTimeout().toMillis());
  }

  private static QueuedThreadPool threads() {
    var threads = new QueuedThreadPool(THREADS_MAX, THREADS_MIN);
    threads.setName("http");
    threads.setVirtualThreadsExecutor(
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory()));
    return threads;
  }

  private static HttpConfiguration http() {
    var http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(HEADERS_BYTES);
    http.setResponseHeaderSize(HEADERS_BYTES);
    return http;
  }

  private static ServletContextHandler servlets(JavalinServlet router) {
    var servlets = new ServletContextHandler(ServletContextHandler.NO_SESSIONS);
    var holder = new ServletHolder(router);
    holder.setAsyncSupported(true);
    servlets.addServlet(holder, "/*");
    return servlets;
  }

  private static JavalinState router(Consumer<RoutesConfig> routes) {
    var state = new JavalinState();
    JavalinState.applyUserConfig(state, config -> configure(config, routes));
    return state;
  }

  private static void configure(JavalinConfig config, Consumer<RoutesConfig> routes) {
    config.http.maxRequestSize = RequestBody.LIMIT;
    config.http.prefer405over404 = true;
    config.http.defaultContentType = ErrorAnswer.JSON;
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.router.javaLangErrorHandler(Failures::answerError);
    Failures.answerOn(config.routes);
    config.routes.beforeMatched(RouteTemplate::noteOn);
    config.routes.beforeMatched(HttpServer::requireOwnHead);
    routes.accept(config.routes);
  }

  /// Where there is a GET, the router says 200 to every HEAD without asking the route.
  private static void requireOwnHead(Context context) {
    var isHead = context.method().equals(HandlerType.HEAD);
    if (isHead && context.endpoints().matchedHttpEndpoint() == null) {
      throw ApiError.METHOD_NOT_ALLOWED.asException();
    }
  }

  /// Begins to listen.
  ///
  /// @throws IOException if the address cannot be used; nothing is left running then
  public void start() throws IOException {
    try {
      jetty.start();
    } catch (IOException unusable) {
      stop();
      throw unusable;
    } catch (Exception failure) {
      stop();
      throw new IllegalStateException("The HTTP server did not start.", failure);
    }
  }

  /// The port that it listens on, once started.
  public int port() {
    return connector.getLocalPort();
  }

  /// Ends every stream with a word, lets requests in progress finish, and closes what is left when
  /// the time is over.
  public void stop() {
    try {
      jetty.stop();
    } catch (TimeoutException _) {
      LOG.warn("Requests or streams were still open when the server stopped, and were cut.");
    } catch (Exception failure) {
      throw new IllegalStateException("The HTTP server did not stop in order.", failure);
    }
  }
}
