package chatd.server.http;

import static chatd.server.http.PlainServer.refuses;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// How much of a request, and how many connections, the server takes.
class ServerLimitsTest {
  @RegisterExtension final PlainServer server = new PlainServer();

  @Test
  void body_atTheLimit_isRead() throws Exception {
    var answer = server.post(new byte[RequestBody.LIMIT]);
    assertThat(answer.body()).isEqualTo("262144");
  }

  @Test
  void body_overTheLimit_is413() throws Exception {
    refuses(server.post(new byte[RequestBody.LIMIT + 1]), ApiError.BODY_TOO_LARGE);
  }

  @Test
  void body_overTheLimit_thatWaitsForLeave_isNotAskedFor() throws Exception {
    var request =
        "POST /api/body HTTP/1.1\nHost: localhost\nContent-Length: 300000\nExpect: 100-continue\n\n";
    assertThat(server.raw(request)).startsWith("HTTP/1.1 413");
  }

  @Test
  void body_ofUnknownLength_is413WhileItIsStillComing() throws Exception {
    var chunk = "10000\n" + "x".repeat(0x10000) + "\n";
    var request =
        "POST /api/body HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked\n\n"
            + chunk.repeat(5);
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.replace("\n", "\r\n").getBytes(UTF_8));
      var head = new String(socket.getInputStream().readNBytes(12), UTF_8);
      assertThat(head).isEqualTo("HTTP/1.1 413"); // The body has not ended.
    }
  }

  @Test
  void connectionsBeyondTheMost_waitUntilOthersEnd() throws Exception {
    var small = server.another(0, 2, PlainServer.STOP_TIMEOUT);
    small.start();
    List<Socket> open = new ArrayList<>();
    try {
      for (var i = 0; i < 4; i++) { // One more may be on its way when the most is reached.
        open.add(new Socket(InetAddress.getLoopbackAddress(), small.port()));
      }
      var last = open.getLast();
      last.getOutputStream().write("GET /api/hello HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(UTF_8));
      last.setSoTimeout(300);
      assertThatThrownBy(() -> last.getInputStream().read()).isInstanceOf(IOException.class);
      open.getFirst().close();
      open.get(1).close();
      last.setSoTimeout(20_000);
      assertThat((char) last.getInputStream().read()).isEqualTo('H');
    } finally {
      for (var socket : open) {
        socket.close();
      }
      small.stop();
    }
  }
}
