package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.ProviderExchange;
import chatd.server.model.Script;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

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
  private ReplicaProcess server;

  private Walkthrough(Stage stage, ReplicaProcess server) {
    this.stage = stage;
    this.server = server;
  }

  /// Walks, and returns the recording.
  static String record() {
    try (var stage = Stage.withEmbeddedDatabase()) {
      var setup = stage.setup("--drain-timeout", "1s", "--lease", "6s", "--silence-timeout", "5s");
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
    providerHang();
    reconnect();
    slowReader();
    restart();
    kill();
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
    var chat = create("Say hello");
    try (var viewer = open(chat, Kind.WEB_SOCKET)) {
      sees(viewer.awaitPreview("Hello"));
      gate.countDown();
      says("goes on, and says that the answer is complete");
      sees(viewer.awaitStatus("waiting"));
      showEvents(viewer);
      viewer.mustShowWhatIsStored();
    }
  }

  private void stop() {
    recording.chapter(
        "Stop", "The request at the provider is closed at once; what was shown is kept.");
    stage.answer("Tell me a story", Script.begin().text("Once upon", " a time").hang());
    var chat = create("Tell me a story");
    try (var viewer = open(chat, Kind.SSE)) {
      sees(viewer.awaitPreview("Once upon a time"));
      var request = stage.request("Tell me a story");
      interrupt(chat);
      assertThat(isClosed(request)).isTrue();
      says("sees its connection closed within 1 s");
      sees(viewer.awaitStatus("waiting"));
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
    var chat = create("Count to ten");
    try (var viewer = open(chat, Kind.WEB_SOCKET)) {
      sees(viewer.awaitPreview("1, 2"));
      send(chat, "And to twenty", "queue", 200);
      sees(viewer.await("the queue", c -> c.queued().size() == 1));
      send(chat, "Only if you are free", "reject", 409);
      send(chat, "Never mind", "interrupt", 200);
      sees(viewer.await("all answers", c -> c.is("waiting") && c.messages().size() == 6));
      viewer.mustShowWhatIsStored();
    }
  }

  private void promote() {
    recording.chapter(
        "Promote",
        "The last of the queue becomes the next; the turn in progress is stopped for it.");
    stage.answer("Write a poem", Script.begin().text("Roses are").hang());
    var chat = create("Write a poem");
    try (var viewer = open(chat, Kind.WEB_SOCKET)) {
      sees(viewer.awaitPreview("Roses are"));
      send(chat, "Make it rhyme", "queue", 200);
      var urgent = send(chat, "In French", "queue", 200).path("queued_message");
      viewer.await("the queue", c -> c.queued().size() == 2);
      var answer = user().promote(chat, urgent.path("id").asLong());
      does("POST queue/{id}/promote of \"In French\"", answer);
      sees(viewer.await("all answers", c -> c.is("waiting") && c.messages().size() == 6));
      viewer.mustShowWhatIsStored();
    }
  }

  private void edit() {
    recording.chapter(
        "Edit", "The message and all behind it make room for a new one; viewers start a new list.");
    stage.answer("Name a colour", Script.begin().text("Bl").hang());
    var chat = create("Name a colour");
    try (var viewer = open(chat, Kind.WEB_SOCKET)) {
      sees(viewer.awaitPreview("Bl"));
      var id = viewer.<Long>get(c -> c.messages().firstKey());
      does("PATCH messages/" + id + " \"Name a fruit\"", user().edit(chat, id, "Name a fruit"));
      sees(viewer.await("the answer", c -> c.is("waiting") && c.messages().size() == 2));
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
    var chat = create("Who are you");
    try (var viewer = open(chat, Kind.SSE)) {
      sees(viewer.await("the failure", c -> c.is("error") && c.error() != null));
      showLast(viewer, "error");
      does("POST retry", user().retry(chat));
      sees(viewer.await("the answer", c -> c.is("waiting") && c.messages().size() == 2));
      does("POST retry", user().retry(chat));
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
    var chat = create("What is a stream");
    try (var viewer = open(chat, Kind.WEB_SOCKET)) {
      sees(viewer.awaitPreview("A stream is"));
      gate.countDown();
      says("closes the connection in mid-answer");
      sees(viewer.await("the retry", c -> c.retry() != null));
      showLast(viewer, "retry");
      sees(viewer.awaitStatus("waiting"));
      viewer.mustShowWhatIsStored();
    }
  }

  private void providerHang() {
    recording.chapter(
        "Provider hang",
        "The provider says nothing more. After the silence timeout, here 5 s, it is asked again.");
    stage.answer(
        "Are you there", Script.begin().text("I am").hang(), Script.answer("I am", " here"));
    var chat = create("Are you there");
    try (var viewer = open(chat, Kind.SSE)) {
      sees(viewer.awaitPreview("I am"));
      sees(viewer.await("the retry", c -> c.retry() != null));
      showLast(viewer, "retry");
      sees(viewer.awaitStatus("waiting"));
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
      var chat = create(question);
      try (var viewer = open(chat, kind)) {
        sees(viewer.awaitPreview("abc"));
        viewer.leave();
        recording.line("viewer", "loses its connection");
        away.countDown();
        says("says two more words");
        comesBack(viewer);
        sees(viewer.awaitPreview("abcde"));
        showEvents(viewer);
        back.countDown();
        sees(viewer.awaitStatus("waiting"));
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
    var chat = create("Write a book");
    var rest = Duration.ofMillis(20);
    try (var slow = StreamViewer.of(user(), chat, Kind.WEB_SOCKET).slow(rest).connect();
        var quick = StreamViewer.open(user(), chat, Kind.SSE)) {
      recording.line("viewers", "a slow one over a WebSocket, a quick one over SSE");
      quick.await("all of it", LONG, c -> c.preview().length() == whole.length());
      var behind = slow.<Long>get(c -> c.preview().length());
      assertThat(behind).isLessThan(whole.length() / 2);
      recording.line("quick", "has all 4 MiB, while the slow one has less than half of it");
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
    var chat = create(question);
    try (var viewer = open(chat, Kind.WEB_SOCKET)) {
      sees(viewer.awaitPreview("Half an answer"));
      var queued = "Thank you for: " + question;
      send(chat, queued, "queue", 200);
      viewer.await("the queue", c -> c.queued().size() == 1);
      ending.of(viewer);
      server = server.startAgain();
      comesBack(viewer);
      sees(viewer.await("all answers", LONG, c -> c.is("waiting") && c.messages().size() == 4));
      assertThat(viewer.types()).doesNotContain("history_reset");
      viewer.mustShowWhatIsStored();
    }
  }

  private ApiClient user() {
    return server.client();
  }

  private String create(String text) {
    var chat = user().create(text);
    recording.line("user", "POST / \"" + text + "\" -> 201 " + chat);
    return chat;
  }

  private JsonNode send(String chat, String text, String busyBehavior, int status) {
    var answer = user().send(chat, text, busyBehavior);
    var body = answer.expect(status);
    var outcome =
        body.has("queued")
            ? body.path("queued").asBoolean() ? "queued" : "in history"
            : body.path("message").asString();
    recording.line(
        "user",
        "POST messages \"%s\" busy_behavior=%s -> %d %s"
            .formatted(text, busyBehavior, status, outcome));
    return body;
  }

  private void interrupt(String chat) {
    var body = user().interrupt(chat).expect(200);
    recording.line("user", "POST interrupt -> 200 " + body.path("status").asString());
  }

  private void does(String request, ApiClient.Answer answer) {
    var body = answer.body();
    var outcome =
        body.has("status") ? body.path("status").asString() : body.path("message").asString("");
    recording.line("user", "%s -> %d %s".formatted(request, answer.status(), outcome).strip());
  }

  private void says(String what) {
    recording.line("provider", what);
  }

  private StreamViewer open(String chat, Kind kind) {
    recording.line("viewer", "opens the stream over " + kind);
    return StreamViewer.open(user(), chat, kind);
  }

  private void comesBack(StreamViewer viewer) {
    var position =
        viewer.<String>get(
            c -> c.episode().history() + "." + c.episode().attempt() + "." + c.last());
    recording.line("viewer", "comes back with its cursor, #" + position);
    viewer.connect();
  }

  private void sees(StreamViewer viewer) {
    viewer.<String>get(Walkthrough::summary).lines().forEach(s -> recording.line("viewer", s));
  }

  private static String summary(StrictClient client) {
    var summary = new StringBuilder("sees " + client.state());
    var preview = client.preview();
    if (preview.length() > 0 && client.is("running") && client.retry() == null) {
      summary.append(", preview \"").append(preview.text()).append('"');
    }
    if (!client.queued().isEmpty()) {
      summary.append(", queue ").append(client.queued());
    }
    if (client.is("waiting")) {
      summary.append(client.history().stream().map(m -> "\n  " + m).collect(Collectors.joining()));
    }
    return summary.toString();
  }

  /// The events of the connection so far, as they were sent.
  private void showEvents(StreamViewer viewer) {
    viewer
        .<List<StrictClient.Seen>>get(StrictClient::seenOnConnection)
        .forEach(seen -> recording.line("  stream", seen.raw()));
  }

  /// The newest event of a type, as it was sent.
  private void showLast(StreamViewer viewer, String type) {
    var events = viewer.<List<StrictClient.Seen>>get(StrictClient::seenOnConnection);
    events.stream()
        .filter(seen -> seen.type().equals(type))
        .reduce((_, last) -> last)
        .ifPresent(seen -> recording.line("  stream", seen.raw()));
  }
}
