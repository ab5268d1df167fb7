package chatd.bench.chaos;

import chatd.bench.chaos.Courier.Outcome;
import chatd.bench.chaos.Violation.Kind;
import chatd.bench.user.Bodies;
import chatd.bench.user.ChatCheck;
import chatd.bench.user.ChatLedger;
import chatd.bench.user.ChatView;
import chatd.bench.user.Dice;
import chatd.bench.user.Judge;
import chatd.bench.user.Request;
import chatd.bench.user.Said;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.JsonNode;

/// The user of one chat, who does one thing after the other at any replica, keeps a ledger of what
/// was accepted, and looks whether it is there.
final class Author {
  private static final String CHATS = "/api/v2/chats";
  private static final List<String> TASKS =
      List.of("say", "say", "say", "long", "call", "call", "break", "refuse", "busy", "hang");
  private static final int ROWS_MAX = 50;
  private static final int THINK_MILLIS_LEAST = 500;
  private static final int THINK_MILLIS_MOST = 7_000;

  /// The longest pause before a try, with its jitter.
  private static final Duration RETRY_MAX = Duration.ofSeconds(75);

  private static final Duration LOOK = Duration.ofMillis(300);

  private final World world;
  private final Story story;
  private final Dice dice;
  private final Courier courier;
  private ChatLedger ledger = new ChatLedger("");
  private int count;
  private int stops;

  Author(World world, Story story, Dice dice) {
    this.world = world;
    this.story = story;
    this.dice = dice;
    this.courier = new Courier(world, story.name());
  }

  Story story() {
    return story;
  }

  /// The id of the chat; empty if it could not be made.
  String chat() {
    return ledger.chat();
  }

  boolean isLoose() {
    return ledger.isLoose();
  }

  /// Makes the chat.
  void begin() throws InterruptedException {
    var said = next(true);
    var body = Bodies.chat(said.text(), List.of("pick"));
    var made =
        courier.deliver("create", courier.request("POST", CHATS).withBody(body), dice).reply();
    if (made != null && made.status() == 201) {
      ledger = new ChatLedger(Judge.json(made).path("id").asString());
      ledger.accept(said);
    }
  }

  /// Does this and that until it is calm.
  void live() throws InterruptedException {
    while (!world.isCalm()) {
      world.rest(Duration.ofMillis(dice.between(THINK_MILLIS_LEAST, THINK_MILLIS_MOST)));
      if (!world.isCalm()) {
        act();
      }
    }
  }

  private void act() throws InterruptedException {
    var view = look();
    if (view.isEmpty()) {
      return;
    }
    if (!view.get().openCalls().isEmpty() && !dice.oneIn(4)) {
      answerCalls(view.get());
      return;
    }
    if (ledger.rows() > ROWS_MAX) {
      edit(view.get(), true);
      return;
    }
    switch (dice.below(20)) {
      case 0, 1, 2, 3, 4, 5, 6 -> send(dice.of("", "queue"));
      case 7, 8, 9 -> send("interrupt");
      case 10 -> send("reject");
      case 11 -> sendAtOnce();
      case 12, 13 -> edit(view.get(), false);
      case 14, 15 -> changeQueue(view.get());
      case 16, 17 -> {
        var how = dice.of("", "?wait=committed");
        stops += courier.ask("interrupt", post("/interrupt" + how), dice).tries();
      }
      case 18 -> courier.ask("retry", post("/retry"), dice);
      default -> {} // Only looked.
    }
  }

  private Said next(boolean isOrdered) {
    var id = story.name() + "-" + ++count;
    return new Said(id, "[%s] %s: please".formatted(id, dice.of(TASKS)), isOrdered);
  }

  private String path(String rest) {
    return CHATS + "/" + ledger.chat() + rest;
  }

  private Request post(String rest) {
    return courier.request("POST", path(rest));
  }

  private void send(String how) throws InterruptedException {
    var said = next(true);
    sent(how, said, courier.deliver(kind(how), message(said, how), dice));
  }

  private static String kind(String how) {
    return how.isEmpty() ? "send" : "send (" + how + ")";
  }

  private Request message(Said said, String how) {
    return post("/messages").withBody(Bodies.message(said.text(), how));
  }

  private void sent(String how, Said said, Outcome outcome) {
    stops += how.equals("interrupt") ? 1 : 0;
    var reply = outcome.reply();
    if (outcome.isTaken() && reply != null) {
      said.isRow(Judge.json(reply).path("message").path("id").asLong(0));
      ledger.accept(said);
    } else if (outcome.isDoubtful()) {
      ledger.doubt(said);
    }
  }

  /// Several at the same time.
  private void sendAtOnce() throws InterruptedException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Map<Said, Future<Outcome>> sending = new HashMap<>();
      for (var i = dice.between(2, 3); i > 0; i--) {
        var said = next(false);
        var own = new Dice(dice.anyLong(), story.name(), 0, count);
        var request = message(said, "queue");
        sending.put(
            said, threads.submit(() -> courier.deliver("send, several at once", request, own)));
      }
      for (var each : sending.entrySet()) {
        sent("queue", each.getKey(), each.getValue().get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /// @param early one of the first messages, so that the history does not grow for ever
  private void edit(ChatView view, boolean early) throws InterruptedException {
    var known = ledger.said().stream().mapToLong(Said::messageId).filter(id -> id > 0).boxed();
    var shown = view.messages().stream().map(ChatView.Message::id).toList();
    var rows = known.filter(shown::contains).sorted().toList();
    if (rows.isEmpty()) {
      return;
    }
    var row = early ? rows.getFirst() : dice.of(rows);
    var said = next(true);
    var request =
        courier.request("PATCH", path("/messages/" + row)).withBody(Bodies.message(said.text()));
    var outcome = courier.deliver("edit", request, dice);
    var reply = outcome.reply();
    if (outcome.isTaken() && reply != null) {
      said.isRow(Judge.json(reply).path("message").path("id").asLong(0));
      ledger.edit(row, said);
    } else if (outcome.isDoubtful()) {
      ledger.loosen();
      ledger.doubt(said);
    }
  }

  private void changeQueue(ChatView view) {
    if (view.queue().isEmpty()) {
      return;
    }
    var queued = dice.of(view.queue());
    var said = ledger.said().stream().filter(it -> it.text().equals(queued.text())).findFirst();
    var entry = path("/queue/" + queued.id());
    if (dice.oneIn(2)) {
      var outcome = courier.ask("delete queued", courier.request("DELETE", entry), dice);
      if (outcome.isTaken()) {
        ledger.remove(queued.text());
      } else if (outcome.isDoubtful()) {
        said.ifPresent(ledger::doubt);
      }
    } else {
      var outcome = courier.ask("promote", courier.request("POST", entry + "/promote"), dice);
      stops += outcome.tries();
      said.ifPresent(Said::overtakes);
    }
  }

  private void answerCalls(ChatView view) {
    Map<String, String> outputs = new HashMap<>();
    view.openCalls().forEach(call -> outputs.put(call, "\"output " + ++count + "\""));
    var request = post("/tool-results").withBody(Bodies.results(outputs));
    if (courier.ask("tool results", request, dice).isTaken()) {
      ledger.answerCalls(outputs);
    }
  }

  /// Reads the chat and says what is wrong about it; nothing if it could not be read.
  private Optional<ChatView> look() {
    return page().map(this::look);
  }

  private Optional<JsonNode> page() {
    var request = courier.request("GET", path("/messages?limit=200"));
    var reply = courier.ask("read", request, dice).reply();
    return reply == null || !reply.isSuccess() ? Optional.empty() : Optional.of(Judge.json(reply));
  }

  private ChatView look(JsonNode page) {
    var view = ChatView.ofPage(page);
    page.path("messages")
        .forEach(row -> story.row(row).forEach(flaw -> violation(flaw.kind(), flaw.what(), view)));
    ChatCheck.complaints(ledger, view).forEach(what -> violation(kindOf(what), what, view));
    ledger.learn(view);
    return view;
  }

  private static Kind kindOf(String complaint) {
    return complaint.startsWith("lost")
        ? Kind.LOST
        : complaint.startsWith("out of order") || complaint.startsWith("row")
            ? Kind.REORDERED
            : complaint.startsWith("an answer")
                ? Kind.MIXED
                : complaint.startsWith("there is") ? Kind.REPEATED : Kind.UNANSWERED_CALL;
  }

  private void violation(Kind kind, String what, ChatView view) {
    world.violations().add(new Violation(kind, where(), what, List.of(view.tail())));
  }

  private String where() {
    return "the author of %s, chat %s".formatted(story.name(), ledger.chat());
  }

  /// The chat at its end: what everybody has to show now.
  record Rest(String status, long historyVersion, Map<Long, JsonNode> rows) {}

  /// Waits until the chat has nothing to do, answering what it asks for, and looks at all of it.
  /// Nothing if that takes too long; one that waits for its next try may take longer.
  ///
  /// @param deadline as told by `System.nanoTime`
  Optional<Rest> settle(long deadline) throws InterruptedException {
    var state = "not readable";
    while (System.nanoTime() < deadline + (state.contains("retrying") ? RETRY_MAX.toNanos() : 0)) {
      var reply = courier.ask("read", courier.request("GET", path("")), dice).reply();
      if (reply != null && reply.isSuccess()) {
        var chat = Judge.json(reply);
        var status = chat.path("status").asString();
        state = status + " " + chat.path("phase").asString("");
        if (status.equals("waiting") || status.equals("error")) {
          var page = page();
          if (page.isPresent()) {
            return Optional.of(rest(status, page.get()));
          }
        } else if (status.equals("requires_action")) {
          page().map(ChatView::ofPage).ifPresent(this::answerCalls);
        }
      }
      Thread.sleep(LOOK);
    }
    world.violations().add(Kind.STUCK, where(), "it does not come to rest: " + state);
    return Optional.empty();
  }

  private Rest rest(String status, JsonNode page) {
    var view = look(page);
    Turns.flaws(view, world.chronicle(), stops, status.equals("error"))
        .forEach(flaw -> violation(flaw.kind(), flaw.what(), view));
    Map<Long, JsonNode> rows = new HashMap<>();
    page.path("messages").forEach(row -> rows.put(row.path("id").asLong(), row));
    return new Rest(status, page.path("history_version").asLong(), rows);
  }
}
