package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A server that ends in mid-answer, asked or not, and one that takes its place: viewers go on with
/// their cursor, and no message is lost or run twice.
@Tag("slow")
@Timeout(240)
class RestartTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final Duration END_MAX = Duration.ofMinutes(1);
  private static final Duration GO_ON_MAX = Duration.ofMinutes(2);

  /// As many as may be queued.
  private static final int MESSAGES = 20;

  enum Place {
    EXTERNAL,
    EMBEDDED
  }

  private static Stage stage(Place place) {
    return switch (place) {
      case EXTERNAL -> Stage.with(POSTGRES);
      case EMBEDDED -> Stage.withEmbeddedDatabase();
    };
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void kill9_inMidAnswer_goesOnWithANewAttempt(Place place) {
    goesOnAfter(
        place,
        server -> server.kill(),
        end -> assertThat(end).as("a killed server says nothing").isNull());
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void sigterm_inMidAnswer_goesOnWithANewAttempt(Place place) {
    goesOnAfter(
        place,
        server -> {
          server.terminate();
          server.awaitEnd();
        },
        end -> assertThat(end).isEqualTo(new StreamSocket.End(1001, "draining")));
  }

  private interface Ending {
    void of(ReplicaProcess server);
  }

  private interface EndCheck {
    void accept(StreamSocket.@Nullable End end);
  }

  private static void goesOnAfter(Place place, Ending ending, EndCheck expected) {
    try (var stage = stage(place)) {
      stage.answer(
          "first",
          Script.begin().text("Half", " an", " answer").hang(),
          Script.begin().text("The", " whole", " answer").finish("stop").done());
      var server = ReplicaProcess.start(stage.setup("--drain-timeout", "1s", "--lease", "6s"));
      try {
        var user = server.client();
        var chat = user.create("first");
        try (var webSocket = StreamViewer.open(user, chat, Kind.WEB_SOCKET);
            var events = StreamViewer.open(user, chat, Kind.SSE)) {
          var viewers = List.of(webSocket, events);
          viewers.forEach(viewer -> viewer.awaitPreview("Half an answer"));
          user.send(chat, "second").expect(200);
          user.send(chat, "third").expect(200);
          viewers.forEach(viewer -> viewer.await("the queue", c -> c.queued().size() == 2));
          stage.request("first");

          ending.of(server);
          expected.accept(webSocket.awaitEnd(END_MAX));
          var _ = events.awaitEnd(END_MAX);
          server = server.startAgain();
          viewers.forEach(StreamViewer::connect);

          for (var viewer : viewers) {
            viewer.await(
                "all answers", GO_ON_MAX, c -> c.is("waiting") && c.messages().size() == 6);
            assertThat(viewer.history())
                .containsExactly(
                    "user: first",
                    "assistant: The whole answer",
                    "user: second",
                    "assistant: second",
                    "user: third",
                    "assistant: third");
            assertThat(viewer.types()).doesNotContain("history_reset");
            viewer.mustShowWhatIsStored();
          }
        }
      } finally {
        server.close();
      }
    }
  }

  @Test
  void sigterm_withTimeToFinish_commitsTheAnswerBeforeItGoes() {
    var gate = new CountDownLatch(1);
    try (var stage = stage(Place.EXTERNAL)) {
      stage.answer(
          "finishes",
          Script.begin().text("To be").pause(gate).text(" continued").finish("stop").done());
      try (var server = ReplicaProcess.start(stage.setup("--drain-timeout", "60s"))) {
        var user = server.client();
        var chat = user.create("finishes");
        try (var viewer = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
          viewer.awaitPreview("To be");
          server.terminate();
          awaitRefusal(user, chat);
          gate.countDown();
          viewer.awaitStatus("waiting");
          assertThat(viewer.awaitEnd(END_MAX)).isEqualTo(new StreamSocket.End(1001, "draining"));
          assertThat(viewer.history())
              .containsExactly("user: finishes", "assistant: To be continued");
        }
        server.awaitEnd();
      }
    }
  }

  @Test
  void kill9_whileMessagesAreSent_repeatedWithTheirKeys_eachIsThereOnce() throws Exception {
    try (var stage = stage(Place.EXTERNAL)) {
      stage.answer("busy", Script.begin().text("Busy").hang());
      var server = ReplicaProcess.start(stage.setup("--lease", "6s"));
      try {
        var user = server.client();
        var chat = user.create("busy");
        stage.request("busy");
        var sent = new CountDownLatch(MESSAGES / 2);
        var senders = new ArrayList<Thread>();
        for (var i = 0; i < MESSAGES; i++) {
          var text = "message " + i;
          senders.add(Thread.ofVirtual().start(() -> sendUntilLost(user, chat, text, sent)));
        }
        assertThat(sent.await(END_MAX.toSeconds(), TimeUnit.SECONDS)).isTrue();
        server.kill();
        for (var sender : senders) {
          sender.join();
        }
        server = server.startAgain();
        for (var i = 0; i < MESSAGES; i++) {
          var text = "message " + i;
          user.sendOnce(chat, text, text).expect(200);
        }
        try (var viewer = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
          viewer.await(
              "all answers",
              GO_ON_MAX,
              c -> c.is("waiting") && c.messages().size() == 2 + 2 * MESSAGES);
          assertThat(viewer.history()).doesNotHaveDuplicates();
          viewer.mustShowWhatIsStored();
        }
      } finally {
        server.close();
      }
    }
  }

  private static void sendUntilLost(ApiClient user, String chat, String text, CountDownLatch sent) {
    try {
      user.sendOnce(chat, text, text).expect(200);
      sent.countDown();
    } catch (UncheckedIOException lost) {
      // Nobody knows whether it arrived.
    }
  }

  /// Waits until new streams are refused, as they are while a server drains.
  private static void awaitRefusal(ApiClient user, String chat) {
    var deadline = System.nanoTime() + END_MAX.toNanos();
    while (System.nanoTime() < deadline) {
      try (var _ = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
        Thread.onSpinWait();
      } catch (StreamSocket.Refused refused) {
        assertThat(refused.status()).isEqualTo(503);
        return;
      }
    }
    throw new AssertionError("new streams are not refused");
  }
}
