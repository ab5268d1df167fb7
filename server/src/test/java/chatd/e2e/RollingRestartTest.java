package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Three replicas that are replaced one after the other while messages are sent to them all the
/// time: no message is lost, none is answered twice, and viewers go on where they were.
@Tag("slow")
@Timeout(300)
class RollingRestartTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final List<Kind> KINDS = List.of(Kind.values());
  private static final String[] OPTIONS = {"--drain-timeout", "2s", "--lease", "6s"};
  private static final int REPLICAS = 3;
  private static final int CHATS = 6;
  private static final Duration ANSWERS_MAX = Duration.ofMinutes(2);

  /// More than a message can be asked again for.
  private static final int ATTEMPTS_MAX = 5;

  private static final Duration PACE = Duration.ofMillis(20);
  private static final int WORDS = 25;

  /// Longer than a replica waits before it gives a turn up.
  private static final int MANY_WORDS = 150;

  @Test
  void sigterm_ofOneAfterTheOther_underLoad_losesNothing() throws Exception {
    try (var stage = Stage.with(POSTGRES);
        var cluster = Cluster.start(stage, REPLICAS, OPTIONS)) {
      replaceAllUnderLoad(stage, cluster, cluster::startAgain);
    }
  }

  /// The first newcomer brings the new tables, beside two that know nothing of them.
  @Test
  void sigterm_ofOneAfterTheOther_onTablesOfThePreviousVersion_losesNothing(@TempDir Path folder)
      throws Exception {
    try (var stage = Stage.with(POSTGRES)) {
      var now = stage.setup(OPTIONS);
      var before = now.with("--cluster-secret", "which the previous version kept nowhere");
      var classPath = PreviousVersion.classPath(folder);
      try (var cluster =
          Cluster.start(
              stage,
              Collections.nCopies(REPLICAS, before),
              setup -> ReplicaProcess.start(setup, classPath))) {
        var migrations = stage.migrations();
        replaceAllUnderLoad(stage, cluster, number -> cluster.replaceBy(number, now));
        assertThat(stage.migrations()).isEqualTo(migrations + 1);
      }
    }
  }

  private static void replaceAllUnderLoad(Stage stage, Cluster cluster, IntConsumer starter)
      throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var isOver = new AtomicBoolean();
      var chats = new ArrayList<Conversation>();
      try {
        List<Future<Integer>> sending = new ArrayList<>();
        for (var i = 0; i < CHATS; i++) {
          var chat = Conversation.begin(stage, cluster, i);
          chats.add(chat);
          Callable<Integer> sender = () -> chat.sendUntil(isOver);
          sending.add(threads.submit(sender));
        }
        for (var i = 0; i < REPLICAS; i++) {
          end(cluster, i, chats);
          starter.accept(i);
        }
        isOver.set(true);
        var sent = 0;
        for (var i = 0; i < CHATS; i++) {
          var messages = sending.get(i).get();
          chats.get(i).mustBeAnswered(messages);
          sent += messages;
        }
        System.out.printf("%d messages were sent meanwhile%n", sent);
      } finally {
        isOver.set(true);
        chats.forEach(chat -> chat.viewer.close());
      }
    }
  }

  /// Viewers of this replica go on at the next one.
  private static void end(Cluster cluster, int number, List<Conversation> chats) {
    var replica = cluster.get(number);
    replica.terminate();
    var next = (number + 1) % REPLICAS;
    for (var chat : chats) {
      if (chat.watchedAt == number) {
        var end = chat.viewer.awaitEnd(Cluster.PATIENCE);
        if (chat.kind != Kind.SSE) {
          assertThat(end).isEqualTo(new StreamSocket.End(1001, "draining"));
        }
        chat.viewer.connectTo(cluster.get(next).client());
        chat.watchedAt = next;
      }
    }
    replica.awaitEnd();
  }

  /// A chat to which messages are sent, each after the answer to the one before the last.
  private static final class Conversation {
    private final Stage stage;
    private final Cluster cluster;
    private final String name;
    private final String chat;
    private final Kind kind;
    private final StreamViewer viewer;
    private int watchedAt;

    private Conversation(Stage stage, Cluster cluster, int number) {
      this.stage = stage;
      this.cluster = cluster;
      this.name = "chat " + number;
      this.kind = KINDS.get(number % KINDS.size());
      this.chat = cluster.get(number % REPLICAS).client().create(prepare(0));
      this.watchedAt = (number + 1) % REPLICAS;
      this.viewer = StreamViewer.open(cluster.get(watchedAt).client(), chat, kind);
    }

    static Conversation begin(Stage stage, Cluster cluster, int number) {
      return new Conversation(stage, cluster, number);
    }

    private String question(int number) {
      return name + ", question " + number;
    }

    private static int words(int number) {
      return number % 4 == 3 ? MANY_WORDS : WORDS;
    }

    private static String answer(int number) {
      return "word ".repeat(words(number));
    }

    private String prepare(int number) {
      var question = question(number);
      for (var i = 0; i < ATTEMPTS_MAX; i++) {
        stage.answer(question, Script.paced(PACE, words(number), () -> "word "));
      }
      return question;
    }

    /// Returns how many messages the chat has been sent.
    int sendUntil(AtomicBoolean isOver) {
      var next = 1;
      while (!isOver.get()) {
        sendSomewhere(prepare(next));
        var answered = 2 * next;
        viewer.await("an answer", ANSWERS_MAX, c -> c.messages().size() >= answered);
        next++;
      }
      return next;
    }

    /// Whoever takes it: the same message, under the same key, goes to one after the other.
    private void sendSomewhere(String text) {
      for (var deadline = System.nanoTime() + Cluster.PATIENCE.toNanos();
          System.nanoTime() < deadline; ) {
        for (var i = 0; i < REPLICAS; i++) {
          if (isTaken(cluster.get(i).client(), text)) {
            return;
          }
        }
      }
      throw new AssertionError("nobody took " + text);
    }

    private boolean isTaken(ApiClient user, String text) {
      try {
        var answer = user.sendOnce(chat, text, text);
        if (answer.status() == 503) {
          return false;
        }
        answer.expect(200);
        return true;
      } catch (UncheckedIOException lost) {
        return false; // Nobody knows whether it arrived.
      }
    }

    void mustBeAnswered(int messages) {
      viewer.await(
          "all answers", ANSWERS_MAX, c -> c.is("waiting") && c.messages().size() >= 2 * messages);
      var expected = new ArrayList<String>();
      for (var i = 0; i < messages; i++) {
        expected.add("user: " + question(i));
        expected.add("assistant: " + answer(i));
      }
      assertThat(viewer.history()).isEqualTo(expected);
      assertThat(viewer.<Integer>get(c -> c.count("history_reset"))).isZero();
      viewer.mustShowWhatIsStored();
    }
  }
}
