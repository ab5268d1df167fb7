package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.ProviderExchange;
import chatd.server.model.Script;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// Everything that can happen to an answer, once, against a server in a process of its own with an
/// embedded database, and a provider that does what it is told. It is told as it happens; what does
/// not happen as it should is a failure.
final class Walkthrough {
  static final String TITLE = "A walk through chatd";

  private static final String INTRODUCTION =
      """
      A recording of one run of `scripts/walkthrough`: a real `chatd serve` with an embedded
      PostgreSQL, a provider of chat completions that does what it is told, a user, and viewers that
      follow the rules for clients and fail at everything that the rules for servers forbid.

      Ids have names and times stand still, so that a second run differs little. `#` stands for a
      position in the stream: history version, attempt, part.\
      """;
  private static final Duration LONG = Duration.ofMinutes(2);
  private final Stage stage;
  private final Recording recording = new Recording(TITLE, INTRODUCTION);
  private final Narrator story = new Narrator(recording, this::user);
  private ReplicaProcess server;

  private Walkthrough(Stage stage, ReplicaProcess server) {
    this.stage = stage;
    this.server = server;
  }

  /// Walks, and returns the recording.
  static String record() {
    try (var stage = Stage.withEmbeddedDatabase()) {
      var setup = stage.setup("--drain-timeout", "1s", "--lease", "6s");
      var walkthrough = new Walkthrough(stage, ReplicaProcess.start(setup));
      try {
        return walkthrough.walk();
      } finally {
        walkthrough.server.close();
      }
    }
  }

  private String walk() {
    send();
    stop();
    sendWhileBusy();
    promote();
    edit();
    providerError();
    providerDrop();
    reconnect();
    slowReader();
    restart();
    kill();
    providerHang();
    return recording.finish();
  }

  private void send() {
    recording.chapter("Send", "A first message makes a chat. Its answer appears part by part.");
    var gate = new CountDownLatch(1);
    stage.answer(
        "Say hello",
        Script.begin()
            .reasoning("A greeting.")
            .text("Hel", "lo")
            .pause(gate)
            .text("!")
            .finish("stop")
            .usage(12, 3)
            .done());
    var chat = story.create("Say hello");
    try (var viewer = story.open(chat, Kind.WEB_SOCKET)) {
      story.sees(viewer.awaitPreview("Hello"));
      gate.countDown();
      story.says("goes on, and says that the answer is complete");
      story.sees(viewer.awaitStatus("waiting"));
      story.showEvents(viewer);
      viewer.mustShowWhatIsStored();
    }
  }

  private void stop() {
    recording.chapter(
        "Stop", "The request at the provider is closed at once; what was shown is kept.");
    stage.answer("Tell me a story", Script.begin().text("Once upon", " a time").hang());
    var chat = story.create("Tell me a story");
    try (var viewer = story.open(chat, Kind.SSE)) {
      story.sees(viewer.awaitPreview("Once upon a time"));
      var request = stage.request("Tell me a story");
      story.interrupt(chat);
      assertThat(isClosed(request)).isTrue();
      story.says("sees its connection closed within 1 s");
      story.sees(viewer.awaitStatus("waiting"));
      viewer.mustShowWhatIsStored();
    }
  }

  private static boolean isClosed(ProviderExchange request) {
    try {
      return request.isClosedByClient(Duration.ofSeconds(1));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void sendWhileBusy() {
    recording.chapter(
        "Send while busy",
        "A message waits in the queue, is refused, or stops the turn: as its sender wants.");
    stage.answer("Count to ten", Script.begin().text("1, 2").hang());
    var chat = story.create("Count to ten");
    try (var viewer = story.open(chat, Kind.WEB_SOCKET)) {
      story.sees(viewer.awaitPreview("1, 2"));
      story.send(chat, "And to twenty", "queue", 200);
      story.sees(viewer.await("the queue", c -> c.queued().size() == 1));
      story.send(chat, "Only if you are free", "reject", 409);
      story.send(chat, "Never mind", "interrupt", 200);
      story.sees(viewer.await("all answers", c -> c.is("waiting") && c.messages().size() == 6));
      viewer.mustShowWhatIsStored();
    }
  }

  private void promote() {
    recording.chapter(
        "Promote",
        "The last of the queue becomes the next; the turn in progress is stopped for it.");
    stage.answer("Write a poem", Script.begin().text("Roses are").hang());
    var chat = story.create("Write a poem");
    try (var viewer = story.open(chat, Kind.WEB_SOCKET)) {
      story.sees(viewer.awaitPreview("Roses are"));
      story.send(chat, "Make it rhyme", "queue", 200);
      var urgent = story.send(chat, "In French", "queue", 200).path("queued_message");
      viewer.await("the queue", c -> c.queued().size() == 2);
      var answer = user().promote(chat, urgent.path("id").asLong());
      story.does("POST queue/{id}/promote of \"In French\"", answer);
      story.sees(viewer.await("all answers", c -> c.is("waiting") && c.messages().size() == 6));
      viewer.mustShowWhatIsStored();
    }
  }

  private void edit() {
    recording.chapter(
        "Edit", "The message and all behind it make room for a new one; viewers start a new list.");
    stage.answer("Name a colour", Script.begin().text("Bl").hang());
    var chat = story.create("Name a colour");
    try (var viewer = story.open(chat, Kind.WEB_SOCKET)) {
      story.sees(viewer.awaitPreview("Bl"));
      var id = viewer.<Long>get(c -> c.messages().firstKey());
      story.does(
          "PATCH messages/" + id + " \"Name a fruit\"", user().edit(chat, id, "Name a fruit"));
      story.sees(viewer.await("the answer", c -> c.is("waiting") && c.messages().size() == 2));
      viewer.mustShowWhatIsStored();
    }
  }

  private void providerError() {
    recording.chapter(
        "Provider error, and retry",
        "What trying again cannot cure fails the turn at once. `POST retry` runs it again.");
    stage.answer(
        "Who are you",
        Script.status(401, "{\"error\":{\"message\":\"Incorrect API key provided.\"}}"));
    var chat = story.create("Who are you");
    try (var viewer = story.open(chat, Kind.SSE)) {
      story.sees(viewer.await("the failure", c -> c.is("error") && c.error() != null));
      story.showLast(viewer, "error");
      story.does("POST retry", user().retry(chat));
      story.sees(viewer.await("the answer", c -> c.is("waiting") && c.messages().size() == 2));
      story.does("POST retry", user().retry(chat));
      viewer.mustShowWhatIsStored();
    }
  }

  private void providerDrop() {
    recording.chapter(
        "Provider drop",
        "The connection breaks in mid-answer. What was shown is void, and the step is tried again.");
    var gate = new CountDownLatch(1);
    stage.answer(
        "What is a stream",
        Script.begin().text("A stream is").pause(gate).close(),
        Script.answer("Water", " that", " moves"));
    var chat = story.create("What is a stream");
    try (var viewer = story.open(chat, Kind.WEB_SOCKET)) {
      story.sees(viewer.awaitPreview("A stream is"));
      gate.countDown();
      story.says("closes the connection in mid-answer");
      story.sees(viewer.await("the retry", c -> c.retry() != null));
      story.showLast(viewer, "retry");
      story.sees(viewer.awaitStatus("waiting"));
      viewer.mustShowWhatIsStored();
    }
  }

  private void providerHang() {
    recording.chapter(
        "Provider hang",
        "The provider says nothing more. After the silence timeout, here 5 s, it is asked again.");
    server.terminate();
    server.awaitEnd();
    server = server.startAgain("--silence-timeout", "5s");
    recording.line("operator", "starts the server again with --silence-timeout 5s");
    stage.answer(
        "Are you there", Script.begin().text("I am").hang(), Script.answer("I am", " here"));
    var chat = story.create("Are you there");
    try (var viewer = story.open(chat, Kind.SSE)) {
      story.sees(viewer.awaitPreview("I am"));
      story.sees(viewer.await("the retry", c -> c.retry() != null));
      story.showLast(viewer, "retry");
      story.sees(viewer.awaitStatus("waiting"));
      viewer.mustShowWhatIsStored();
    }
  }

  private void reconnect() {
    recording.chapter(
        "Reconnect in mid-answer",
        "A viewer that comes back with its cursor gets what it misses, and nothing else.");
    for (var kind : List.of(Kind.WEB_SOCKET, Kind.SSE)) {
      var question = "Alphabet over " + kind;
      var away = new CountDownLatch(1);
      var back = new CountDownLatch(1);
      stage.answer(
          question,
          Script.begin()
              .text("a", "b", "c")
              .pause(away)
              .text("d", "e")
              .pause(back)
              .text("f")
              .finish("stop")
              .done());
      var chat = story.create(question);
      try (var viewer = story.open(chat, kind)) {
        story.sees(viewer.awaitPreview("abc"));
        viewer.leave();
        recording.line("viewer", "loses its connection");
        away.countDown();
        story.says("says two more words");
        story.comesBack(viewer);
        story.sees(viewer.awaitPreview("abcde"));
        story.showEvents(viewer);
        back.countDown();
        story.sees(viewer.awaitStatus("waiting"));
        viewer.mustShowWhatIsStored();
      }
    }
  }

  private void slowReader() {
    recording.chapter(
        "Slow reader",
        "4 MiB in 2048 parts. A slow reader gets fewer and bigger frames, and delays nobody.");
    var deltas = new String[2_048];
    Arrays.fill(deltas, "0123456789abcdef".repeat(128));
    var whole = String.join("", deltas);
    var gate = new CountDownLatch(1);
    stage.answer("Write a book", Script.begin().text(deltas).pause(gate).finish("stop").done());
    var chat = story.create("Write a book");
    var rest = Duration.ofMillis(20);
    try (var slow = StreamViewer.of(user(), chat, Kind.WEB_SOCKET).slow(rest).stalled().connect();
        var quick = StreamViewer.open(user(), chat, Kind.SSE)) {
      recording.line("viewers", "a slow one over a WebSocket, a quick one over SSE");
      quick.await("all of it", LONG, c -> c.preview().length() == whole.length());
      recording.line("quick", "has all 4 MiB before the slow one reads a byte");
      slow.readOn();
      slow.await("all of it", LONG, c -> c.preview().length() == whole.length());
      assertThat(slow.preview().text()).isEqualTo(whole);
      assertThat(slow.preview().frames()).hasSizeLessThan(deltas.length / 2);
      recording.line("slow", "has all 4 MiB in less than half as many frames, each up to 64 KiB");
      gate.countDown();
      slow.await("the commit", LONG, c -> c.is("waiting"));
      quick.await("the commit", LONG, c -> c.is("waiting"));
      recording.line("both", "see the committed answer, equal to what was streamed");
      slow.mustShowWhatIsStored();
      quick.mustShowWhatIsStored();
    }
  }

  private void restart() {
    recording.chapter(
        "Restart in mid-answer",
        "SIGTERM. The turn gets its time, here 1 s; then it is released, and viewers are sent away.");
    throughTheEnd(
        "Explain restarts",
        viewer -> {
          server.terminate();
          recording.line(
              "operator", "sends SIGTERM, and starts the server again when it has ended");
          var end = viewer.awaitEnd(LONG);
          assertThat(end).isEqualTo(new StreamSocket.End(1001, "draining"));
          recording.line("viewer", "is closed with 1001 draining");
          server.awaitEnd();
        });
  }

  private void kill() {
    recording.chapter(
        "kill -9 in mid-answer",
        "Nobody is told anything. What was committed is there, the step is done again.");
    throughTheEnd(
        "Explain crashes",
        viewer -> {
          server.kill();
          recording.line("operator", "kills the server with -9, and starts it again");
          assertThat(viewer.awaitEnd(LONG)).isNull();
          recording.line("viewer", "loses its connection without a word");
        });
  }

  private interface Ending {
    void of(StreamViewer viewer);
  }

  private void throughTheEnd(String question, Ending ending) {
    stage.answer(
        question,
        Script.begin().text("Half an", " answer").hang(),
        Script.answer("A whole", " answer"));
    var chat = story.create(question);
    try (var viewer = story.open(chat, Kind.WEB_SOCKET)) {
      story.sees(viewer.awaitPreview("Half an answer"));
      var queued = "Thank you for: " + question;
      story.send(chat, queued, "queue", 200);
      viewer.await("the queue", c -> c.queued().size() == 1);
      ending.of(viewer);
      server = server.startAgain();
      story.comesBack(viewer);
      story.sees(
          viewer.await("all answers", LONG, c -> c.is("waiting") && c.messages().size() == 4));
      assertThat(viewer.types()).doesNotContain("history_reset");
      viewer.mustShowWhatIsStored();
    }
  }

  private ApiClient user() {
    return server.client();
  }
}
