package chatd.server.http;

import static chatd.server.http.PlainServer.REPLICA;
import static chatd.server.http.PlainServer.UPGRADE;
import static chatd.server.http.PlainServer.refuses;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What is asked for as a stream is answered as a request until it is one.
class StreamEndpointTest {
  @RegisterExtension final PlainServer server = new PlainServer();

  @Test
  void stream_neitherUpgradeNorEvents_is426() throws Exception {
    var answer = server.get("/api/refused", "Accept", "*/*");
    refuses(answer, ApiError.UPGRADE_REQUIRED);
    assertThat(server.raw("GET /api/refused HTTP/1.1\n" + UPGRADE.replace("13", "12")))
        .startsWith("HTTP/1.1 426");
  }

  @Test
  void stream_handshakeThatIsNotValid_is426() throws Exception {
    var handshakes =
        new String[] {
          UPGRADE.replace("Upgrade: websocket", "Upgrade: websocket, h2c"),
          UPGRADE.replace("\n\n", "\nUpgrade: h2c\n\n"),
          UPGRADE.replace("Version: 13", "Version: 13, 8"),
        };
    for (var handshake : handshakes) {
      var answer = server.raw("GET /api/open HTTP/1.1\n" + handshake);
      assertThat(answer).as(handshake).startsWith("HTTP/1.1 426");
      assertThat(answer)
          .endsWith("{\"message\":\"" + ApiError.UPGRADE_REQUIRED.message() + "\"}\n");
    }
    assertThat(server.streams()).isZero();
  }

  @Test
  void stream_refused_isPlainHttpOnBothCarriages() throws Exception {
    refuses(server.get("/api/refused", "Accept", "text/event-stream"), ApiError.NOT_FOUND);
    assertThat(server.raw("GET /api/refused HTTP/1.1\n" + UPGRADE))
        .startsWith("HTTP/1.1 404")
        .contains("X-Chat-Replica-Id: " + REPLICA)
        .endsWith("{\"message\":\"" + ApiError.NOT_FOUND.message() + "\"}\n");
  }

  @Test
  void stream_viewerFails_is500OnBothCarriages() throws Exception {
    refuses(server.get("/api/failing", "Accept", "text/event-stream"), ApiError.INTERNAL);
    assertThat(server.raw("GET /api/failing HTTP/1.1\n" + UPGRADE)).startsWith("HTTP/1.1 500");
    assertThat(server.streams()).isZero();
  }
}
