package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A connection that is cut behind each single event of a conversation, and opened again with what
/// the client knows then: nothing is left out, and nothing is shown twice.
class CutAfterEveryEventTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static Stage stage;
  private static Replica replica;
  private static ApiClient user;

  @BeforeAll
  static void start() {
    stage = Stage.with(POSTGRES);
    replica = stage.setup("--max-streams-per-user", "1000").startInside();
    user = replica.client();
  }

  @AfterAll
  static void stop() {
    replica.close();
    stage.close();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void cutAfterEachEvent_losesAndRepeatsNothing(Kind kind) {
    var chat = user.create("one");
    try (var viewer = StreamViewer.open(user, chat, kind)) {
      viewer.await("the first answer", c -> c.is("waiting") && c.messages().size() == 2);
      user.send(chat, "two").expect(200);
      viewer.await("the second answer", c -> c.is("waiting") && c.messages().size() == 4);
    }
    var gate = new CountDownLatch(1);
    var question = "three over " + kind;
    stage.answer(question, Script.begin().text("a", "b").pause(gate).finish("stop").done());
    user.send(chat, question).expect(200);
    // Five rows, queue, status, reset, and one or two parts.
    for (var events = 1; events <= 9; events++) {
      cutAfter(events, chat, kind);
    }
    gate.countDown();
    try (var viewer = StreamViewer.open(user, chat, kind)) {
      viewer.await("the third answer", c -> c.is("waiting") && c.messages().size() == 6);
      viewer.mustShowWhatIsStored();
    }
  }

  private static void cutAfter(int events, String chat, Kind kind) {
    try (var viewer =
        StreamViewer.of(user, chat, kind).leavingWhen(c -> c.seen().size() == events)) {
      viewer.connect();
      viewer.await("event " + events, c -> c.seen().size() == events);
      viewer.connect().awaitPreview("ab");
      viewer.mustShowWhatIsStored();
      assertThat(viewer.types()).doesNotContain("history_reset");
    }
  }
}
