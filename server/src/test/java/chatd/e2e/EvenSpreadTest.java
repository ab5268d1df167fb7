package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// Work that comes in at one replica and is done by all.
@Tag("slow")
@Timeout(180)
class EvenSpreadTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final int TURNS = 300;
  private static final int AT_ONCE = 16;

  @Test
  void turnsSentToOneReplica_areSharedByThree() {
    var gate = new CountDownLatch(1);
    try (var stage = Stage.with(POSTGRES);
        var first = stage.setup().startInside();
        var second = stage.setup().startInside();
        var third = stage.setup().startInside()) {
      assertThat(List.of(second.port(), third.port())).doesNotContain(first.port());
      await().until(() -> rows(first).size() == 3);
      var user = first.client();
      try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
        for (var i = 0; i < TURNS; i++) {
          var question = "turn " + i;
          stage.answer(question, Script.begin().text("Well").pause(gate).finish("stop").done());
          threads.execute(() -> user.create(question));
        }
      }
      await().atMost(Cluster.PATIENCE).until(() -> running(first) == TURNS);
      var shares = rows(first).stream().map(row -> row.path("running_turns").asInt()).toList();
      System.out.printf("%d turns: %s%n", TURNS, shares);
      assertThat(shares).allSatisfy(share -> assertThat(share).isBetween(75, 125));
      gate.countDown();
      await().atMost(Cluster.PATIENCE).until(() -> running(first) == 0);
    } finally {
      gate.countDown();
    }
  }

  private static int running(Replica replica) {
    return rows(replica).stream().mapToInt(row -> row.path("running_turns").asInt()).sum();
  }

  private static List<JsonNode> rows(Replica replica) {
    var rows = new ArrayList<JsonNode>();
    replica.client().get("/api/v2/replicas").expect(200).forEach(rows::add);
    return rows;
  }
}
