package chatd.bench.fuzz;

import static chatd.bench.fuzz.ChatReading.path;

import chatd.bench.user.Bodies;
import chatd.bench.user.ChatCheck;
import chatd.bench.user.ChatLedger;
import chatd.bench.user.ChatView;
import chatd.bench.user.Judge;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Sequences of ordinary commands, in any order, and after them the question whether everything
/// that was accepted is there.
final class ChatSequences implements Attack {
  static final String NAME = "sequences";

  private static final int CHATS = 4;
  private static final int ROWS_MAX = 120;
  private static final Duration REST_MAX = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final byte[] NOTHING = {};

  private final Person person;
  private final Person stranger;
  private final ChatCommands commands;
  private final List<ChatLedger> ledgers = new ArrayList<>();

  /// One user's sequences.
  ///
  /// @param stranger somebody else, who must not see anything of it
  ChatSequences(Person person, Person stranger, String origin) {
    this.person = person;
    this.stranger = stranger;
    this.commands = new ChatCommands(person, origin);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void carryOut(Step step) throws IOException, InterruptedException {
    if (ledgers.size() < CHATS) {
      ledgers.addAll(commands.create(step));
      return;
    }
    var ledger = step.dice().of(ledgers);
    if (ledger.rows() > ROWS_MAX) {
      retire(ledger, step);
      return;
    }
    switch (step.dice().below(32)) {
      case 0, 1, 2, 3, 4, 5, 6, 7 -> commands.send(ledger, step);
      case 8 -> commands.sendAtOnce(ledger, step);
      case 9, 10 -> commands.edit(ledger, step);
      case 11, 12, 13 -> commands.changeQueue(ledger, step);
      case 14, 15, 16 -> commands.steer(ledger, step);
      case 17, 18, 19, 20 -> commands.answerCalls(ledger, step);
      case 21, 22 -> commands.describe(ledger, step);
      case 23 -> commands.askForTitle(ledger, step);
      case 24 -> look(ledger, ChatReading.stream(person, ledger.chat(), step), step);
      case 25 -> intrude(ledger, step);
      case 26 -> list(step);
      case 27 -> settle(ledger, step);
      case 28 -> rarely(ledger, step);
      default -> look(ledger, ChatReading.page(person, ledger.chat(), step), step);
    }
  }

  private void rarely(ChatLedger ledger, Step step) throws IOException, InterruptedException {
    switch (step.dice().below(4)) {
      case 0 -> commands.clear(ledger, step);
      case 1 -> retire(ledger, step);
      default -> {
        if (commands.delete(ledger, step)) {
          gone(ledger, step);
        }
      }
    }
  }

  /// Whether a view of the chat is as the ledger says.
  private static void look(ChatLedger ledger, Optional<ChatView> view, Step step) {
    if (view.isEmpty()) {
      step.fault("a chat cannot be read by its owner", NOTHING);
      return;
    }
    var shown =
        ("chat " + ledger.chat() + ": " + view.get().tail()).getBytes(StandardCharsets.UTF_8);
    step.faults(ChatCheck.complaints(ledger, view.get()), shown);
    ledger.learn(view.get());
  }

  private static byte[] about(ChatLedger ledger) {
    return ("chat " + ledger.chat()).getBytes(StandardCharsets.US_ASCII);
  }

  /// Waits until the chat has nothing to do, and looks at all of it.
  private void settle(ChatLedger ledger, Step step) throws IOException, InterruptedException {
    var end = System.nanoTime() + REST_MAX.toNanos();
    var chat = ChatReading.chat(person, ledger.chat(), step);
    for (var status = chat.path("status").asString("");
        !status.equals("waiting") && !status.equals("error");
        status = chat.path("status").asString("")) {
      if (System.nanoTime() > end) {
        step.fault(
            "a chat is still " + chat.path("status") + " " + chat.path("phase"), about(ledger));
        return;
      }
      person.ask(person.request("POST", path(ledger.chat(), "/interrupt?wait=committed")), step);
      Thread.sleep(LOOK);
      chat = ChatReading.chat(person, ledger.chat(), step);
    }
    var view = ChatReading.page(person, ledger.chat(), step);
    look(ledger, view, step);
    if (view.isPresent() && !view.get().openCalls().isEmpty()) {
      step.fault("a chat rests with open calls", about(ledger));
    }
    if (ledger.title() != null && !ledger.title().equals(chat.path("title").asString())) {
      step.fault("a title that was accepted is not there: " + chat.path("title"), about(ledger));
    }
    var label = ledger.label();
    if (label != null && !label.equals(chat.path("labels").path("fuzz").asString(""))) {
      step.fault("a label that was accepted is not there: " + chat.path("labels"), about(ledger));
    }
    if (ledger.isArchived() != chat.path("archived").asBoolean()) {
      step.fault("a chat is archived or not, other than was accepted", about(ledger));
    }
  }

  private void retire(ChatLedger ledger, Step step) throws IOException, InterruptedException {
    settle(ledger, step);
    if (commands.delete(ledger, step)) {
      gone(ledger, step);
    } else {
      step.fault("a chat at rest cannot be deleted", about(ledger));
      ledgers.remove(ledger);
    }
  }

  /// A chat that was deleted is nowhere any more.
  private void gone(ChatLedger ledger, Step step) throws IOException {
    ledgers.remove(ledger);
    for (var reply : person.askEach(person.request("GET", path(ledger.chat(), "")), step)) {
      if (reply.status() != 404) {
        step.fault("a deleted chat answers " + reply.status(), about(ledger));
      }
    }
  }

  /// Somebody else tries the same chat.
  private void intrude(ChatLedger ledger, Step step) throws IOException {
    var said = Bodies.message("[intruder] say: hello");
    var requests =
        List.of(
            stranger.request("GET", path(ledger.chat(), "")),
            stranger.request("GET", path(ledger.chat(), "/messages")),
            stranger
                .request("GET", path(ledger.chat(), "/stream"))
                .with("Accept: text/event-stream"),
            stranger.request("POST", path(ledger.chat(), "/messages")).withBody(said),
            stranger.request("PATCH", path(ledger.chat(), "")).withBody(Bodies.message("x")),
            stranger.request("POST", path(ledger.chat(), "/interrupt")),
            stranger.request("POST", path(ledger.chat(), "/clear")),
            stranger.request("DELETE", path(ledger.chat(), "")));
    var request = step.dice().of(requests);
    if (stranger.ask(request, step).status() != 404) {
      step.fault("somebody else reaches a chat", request.bytes());
    }
  }

  /// The list of the user's chats has all of them, each once.
  private void list(Step step) throws IOException {
    var request = person.request("GET", "/api/v2/chats?limit=200&q=archived:any");
    var listed = new ArrayList<String>();
    Judge.json(person.ask(request, step)).forEach(chat -> listed.add(chat.path("id").asString()));
    var expected = ledgers.stream().map(ChatLedger::chat).sorted().toList();
    if (!listed.stream().sorted().toList().equals(expected)) {
      step.fault("the list has %s and not %s".formatted(listed, expected), request.bytes());
    }
  }

  @Override
  public void finish(Step last) throws IOException, InterruptedException {
    list(last);
    for (var ledger : List.copyOf(ledgers)) {
      settle(ledger, last);
      look(ledger, ChatReading.stream(person, ledger.chat(), last), last);
      retire(ledger, last);
    }
    list(last);
  }

  @Override
  public void close() {
    person.close();
    stranger.close();
  }
}
