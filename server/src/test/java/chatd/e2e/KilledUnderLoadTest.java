package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A server that is killed again and again while it answers several chats.
@Tag("slow")
@Timeout(300)
class KilledUnderLoadTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final List<Kind> KINDS = List.of(Kind.values());
  private static final int CHATS = 6;
  private static final int QUESTIONS = 4;

  /// A turn during which its server dies three times is ended with an error.
  private static final int KILLS = 2;

  private static final int ATTEMPTS_MAX = 25;
  private static final Duration PACE = Duration.ofMillis(20);
  private static final int WORDS = 50;
  private static final Duration GO_ON_MAX = Duration.ofMinutes(2);

  @Test
  void kill9_againAndAgain_everyQuestionIsAnsweredOnceAndInOrder() {
    try (var stage = Stage.with(POSTGRES)) {
      var server = ReplicaProcess.start(stage.setup("--lease", "6s"));
      var viewers = new ArrayList<StreamViewer>();
      try {
        for (var i = 0; i < CHATS; i++) {
          var chat = ask(stage, server.client(), i);
          var kind = KINDS.get(i % KINDS.size());
          viewers.add(StreamViewer.open(server.client(), chat, kind));
        }
        for (var kill = 0; kill < KILLS; kill++) {
          for (var viewer : viewers) {
            viewer.await("an answer", GO_ON_MAX, c -> c.last() > 0 || c.is("waiting"));
          }
          server.kill();
          viewers.forEach(StreamViewer::leave);
          server = server.startAgain();
          viewers.forEach(StreamViewer::connect);
        }
        for (var i = 0; i < CHATS; i++) {
          mustBeAnswered(viewers.get(i), i);
        }
      } finally {
        viewers.forEach(StreamViewer::close);
        server.close();
      }
    }
  }

  private static String question(int chat, int number) {
    return "chat " + chat + ", question " + number;
  }

  /// Asks everything at once: the first question makes the chat, the others wait in its queue.
  private static String ask(Stage stage, ApiClient user, int chat) {
    for (var i = 0; i < QUESTIONS; i++) {
      for (var attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        stage.answer(question(chat, i), Script.paced(PACE, WORDS, () -> "word "));
      }
    }
    var id = user.create(question(chat, 0));
    for (var i = 1; i < QUESTIONS; i++) {
      user.send(id, question(chat, i)).expect(200);
    }
    return id;
  }

  private static void mustBeAnswered(StreamViewer viewer, int chat) {
    viewer.await(
        "all answers", GO_ON_MAX, c -> c.is("waiting") && c.messages().size() == 2 * QUESTIONS);
    var expected = new ArrayList<String>();
    for (var i = 0; i < QUESTIONS; i++) {
      expected.addAll(List.of("user: " + question(chat, i), "assistant: " + "word ".repeat(WORDS)));
    }
    assertThat(viewer.history()).isEqualTo(expected);
    viewer.mustShowWhatIsStored();
  }
}
