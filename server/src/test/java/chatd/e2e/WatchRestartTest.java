package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chatd.server.postgres.embedded.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// PostgreSQL crashes and is started again while somebody watches.
@Tag("slow")
@Timeout(120)
class WatchRestartTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static TestServer postgres;
  private static Stage stage;
  private static Replica here;
  private static Replica there;

  @BeforeAll
  static void start() {
    postgres = TestServer.start(List.of("fsync=off", "full_page_writes=off"));
    stage = Stage.with(postgres.createDatabase());
    here = stage.setup().startInside();
    there = stage.setup().startInside();
  }

  @AfterAll
  static void stop() throws IOException {
    here.close();
    there.close();
    stage.close();
    postgres.close();
  }

  @Test
  void whatIsCommittedAroundARestart_isTold() {
    var user = here.client();
    var chat = user.create("restart");
    await().atMost(PATIENCE).until(() -> user.status(chat).equals("waiting"));
    try (var socket = WatchSocket.open(there.client())) {
      for (var round = 0; round < 3; round++) {
        var title = "title " + round;
        user.describe(chat, "\"title\":\"" + title + "-before\"").expect(204);
        postgres.crash();
        await()
            .atMost(PATIENCE)
            .until(() -> user.describe(chat, "\"title\":\"" + title + "-after\"").status() == 204);
        socket.await(
            chat,
            "title_change",
            PATIENCE,
            c -> c.path("title").asString().equals(title + "-after"));
      }
      assertThat(socket.isOpen()).isTrue();
    }
  }
}
