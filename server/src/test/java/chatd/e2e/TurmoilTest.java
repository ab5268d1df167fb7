package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import chatd.strict.StrictClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Several chats at once, in which everything happens at random: users send, stop, edit, promote
/// and try again, and answer tool calls, the provider is slow, drops, refuses and is overloaded,
/// viewers come and go. No viewer ever sees anything forbidden, no call in a prompt is without its
/// result, and in the end all show what is stored.
@Tag("slow")
@Timeout(300)
class TurmoilTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final int CHATS = 4;

  @Test
  void everythingAtRandom_noViewerSeesAnythingForbidden() throws Exception {
    var seed = System.nanoTime();
    try (var stage = Stage.with(POSTGRES);
        var replica = stage.setup("--max-streams-per-user", "10000").startInside();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var chats = new ArrayList<Future<Integer>>();
      for (var i = 0; i < CHATS; i++) {
        var life = new Life(stage, replica.client(), "chat " + i, new Random(seed + i));
        Callable<Integer> living = life::live;
        chats.add(threads.submit(living));
      }
      for (var chat : chats) {
        assertThat(chat.get()).as("parts seen, with seed %d", seed).isPositive();
      }
    }
  }

  /// One chat and its viewers.
  private record Life(Stage stage, ApiClient user, String name, Random random) {
    private static final int DEEDS = 60;
    private static final int ANSWERS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /// Returns how many parts the viewers saw.
    int live() {
      prepare(name);
      var chat = user.createWithTools(name, "pick");
      var viewers = new ArrayList<StreamViewer>();
      try {
        for (var kind : Kind.values()) {
          viewers.add(StreamViewer.open(user, chat, kind));
          viewers.add(StreamViewer.open(user, chat, kind));
        }
        for (var i = 0; i < DEEDS; i++) {
          deed(name + ", " + i, chat, viewers.getFirst());
          var viewer = viewers.get(random.nextInt(viewers.size()));
          if (random.nextBoolean()) {
            viewer.leave().connect();
          } else {
            viewer.await("anything", c -> !c.types().isEmpty());
          }
        }
        while (List.of("running", "requires_action").contains(user.status(chat))) {
          var _ = user.interruptAndWait(chat);
        }
        var parts = viewers.stream().mapToInt(viewer -> mustArrive(viewer, chat)).sum();
        viewers.forEach(viewer -> viewer.mustAgreeWith(viewers.getFirst()));
        return parts;
      } finally {
        viewers.forEach(StreamViewer::close);
      }
    }

    /// The answer does not matter: what is refused is refused.
    private void deed(String text, String chat, StreamViewer viewer) {
      var _ =
          switch (random.nextInt(12)) {
            case 0, 1, 2 -> user.send(chat, prepare(text));
            case 3, 4 -> user.send(chat, prepare(text), "interrupt");
            case 5 -> user.interrupt(chat);
            case 6 -> user.edit(chat, any(userMessages(chat)), prepare(text));
            case 7 -> user.promote(chat, any(queued(chat)));
            case 8 -> user.retry(chat);
            case 9, 10 -> user.giveResults(chat, calls(viewer));
            default -> user.interruptAndWait(chat);
          };
    }

    private static String[] calls(StreamViewer viewer) {
      List<String> calls = viewer.get(StrictClient::calls);
      return calls.stream().map(call -> call.split(" ", 2)[0]).toArray(String[]::new);
    }

    private long any(List<Long> ids) {
      return ids.isEmpty() ? 1 : ids.get(random.nextInt(ids.size()));
    }

    private List<Long> userMessages(String chat) {
      var ids = new ArrayList<Long>();
      for (var message : user.messages(chat).path("messages")) {
        if (message.path("role").asString().equals("user")) {
          ids.add(message.path("id").asLong());
        }
      }
      return ids;
    }

    private List<Long> queued(String chat) {
      var ids = new ArrayList<Long>();
      user.messages(chat).path("queued_messages").forEach(q -> ids.add(q.path("id").asLong()));
      return ids;
    }

    /// Says what the provider does when it is asked this, more than once if need be.
    private String prepare(String question) {
      for (var i = 0; i < ANSWERS; i++) {
        stage.answer(question, answer());
      }
      return question;
    }

    private Script answer() {
      var words = new String[random.nextInt(1, 60)];
      for (var i = 0; i < words.length; i++) {
        words[i] = random.nextInt(1_000) + " ";
      }
      var text = Script.begin().reasoning("Well ").text(words);
      return switch (random.nextInt(13)) {
        case 0 -> text.close();
        case 1 -> text.reset();
        case 2 -> text.event("{\"error\":{\"message\":\"bad\",\"code\":400}}");
        case 3 -> Script.status(429, "{}", "Retry-After", "0");
        case 4 -> text.hang();
        case 5, 6 -> text.finish("stop").done();
        case 7, 8, 9 ->
            text.call(0, "c", "pick", "{\"n\":")
                .arguments(0, "1}")
                .call(1, "d", random.nextBoolean() ? "pick" : "nobody", "{}")
                .finish("tool_calls")
                .done();
        default ->
            Script.paced(Duration.ofMillis(random.nextInt(1, 10)), words.length, () -> "word ");
      };
    }

    /// The viewer gets to where the chat is; returns how many parts it was sent on the way.
    private int mustArrive(StreamViewer viewer, String chat) {
      var stored = user.chat(chat);
      var version = stored.path("history_version").asLong();
      var status = stored.path("status").asString();
      viewer.await(
          "history " + version, PATIENCE, c -> c.is(status) && c.historyVersion() == version);
      viewer.mustShowWhatIsStored();
      return viewer.<Integer>get(c -> c.count("message_part"));
    }
  }
}
