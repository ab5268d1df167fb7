package chatd.server.stream;

import static org.awaitility.Awaitility.await;

import chatd.server.stream.StreamServer.Served;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// What the tests of both kinds of streams have in common: each has a server of its own.
abstract class StreamServerFixture {

  /// Long enough for what should happen at once, and so for what should not happen.
  static final Duration A_WHILE = Duration.ofMillis(300);

  StreamServer server;

  @BeforeEach
  void startServer() throws IOException {
    server = new StreamServer();
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  /// Writes so much that a client that does not read cannot take it all, and waits until the
  /// buffers of the system are full.
  static void writeUntilStalled(Served served, byte[] bytes) throws InterruptedException {
    served.carrier.write(bytes);
    while (served.progresses(A_WHILE)) {} // It is told of each piece.
  }

  void awaitNoStreams() {
    await().atMost(Duration.ofSeconds(15)).until(() -> server.streams.count() == 0);
  }
}
