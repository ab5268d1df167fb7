package chatd.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ReplicaId;
import chatd.core.runner.PeerWatch.Answer;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpPeerProbeTest {
  private static final UUID ID = UUID.fromString("55555555-5555-4555-8555-555555555555");

  private final HttpPeerProbe probe = new HttpPeerProbe(Thread.ofVirtual().factory());

  @AfterEach
  void close() {
    probe.close();
  }

  @Test
  void replica_isKnownByItsId() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    answer(server, "/healthz", ID);
    server.start();
    try {
      assertThat(ask("http://127.0.0.1:" + server.getAddress().getPort()))
          .isEqualTo(new Answer.Is(new ReplicaId(ID)));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void addressWithAPath_isAskedBelowIt() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    answer(server, "/healthz", new UUID(0, 0));
    answer(server, "/one/healthz", ID);
    server.start();
    try {
      var address = "http://127.0.0.1:" + server.getAddress().getPort() + "/one";
      assertThat(ask(address)).isEqualTo(new Answer.Is(new ReplicaId(ID)));
      assertThat(ask(address + "/")).isEqualTo(new Answer.Is(new ReplicaId(ID)));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void closedPort_isARefusal() throws IOException {
    assertThat(ask("http://127.0.0.1:" + freePort())).isEqualTo(new Answer.Refused());
  }

  @Test
  void somebodyElse_unknownName_orNoAddressAtAll_saysNothing() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.start();
    try {
      assertThat(ask("http://127.0.0.1:" + server.getAddress().getPort()))
          .isEqualTo(new Answer.Unclear());
    } finally {
      server.stop(0);
    }
    assertThat(ask("http://name.invalid:80")).isEqualTo(new Answer.Unclear());
    assertThat(ask("not an address")).isEqualTo(new Answer.Unclear());
  }

  @Test
  void listenerThatNeverAnswers_saysNothing() throws IOException {
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(ask("http://127.0.0.1:" + silent.getLocalPort())).isEqualTo(new Answer.Unclear());
    }
  }

  private static void answer(HttpServer server, String path, UUID id) {
    server.createContext(
        path,
        exchange -> {
          exchange.getResponseHeaders().add("X-Chat-Replica-Id", id.toString());
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
  }

  private Answer ask(String address) {
    var answer = new CompletableFuture<Answer>();
    probe.ask(address, answer::complete);
    return answer.orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
