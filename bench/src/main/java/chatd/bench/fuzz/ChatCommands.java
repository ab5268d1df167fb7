package chatd.bench.fuzz;

import static chatd.bench.fuzz.ChatReading.path;

import chatd.bench.user.Bodies;
import chatd.bench.user.ChatLedger;
import chatd.bench.user.ChatView;
import chatd.bench.user.Dice;
import chatd.bench.user.Judge;
import chatd.bench.user.Reply;
import chatd.bench.user.Request;
import chatd.bench.user.Said;
import chatd.server.wire.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a user does with chats, and what each answer means for their ledgers. A refusal means
/// nothing: whether a command is allowed at a moment is not known here.
final class ChatCommands {
  private static final List<String> TASKS =
      List.of("say", "say", "say", "slow", "slow", "call", "call", "break", "refuse", "odd");

  private final Person person;
  private final String origin;
  private int count;

  /// Of one user.
  ///
  /// @param origin begins the ids of all messages, so that no two are equal
  ChatCommands(Person person, String origin) {
    this.person = person;
    this.origin = origin;
  }

  private Said next(Dice dice, boolean ordered) {
    var id = origin + "-" + ++count;
    var text = "[%s] %s: %s end".formatted(id, dice.of(TASKS), Texts.odd(dice));
    return new Said(id, text, ordered);
  }

  /// A new chat; nothing if it was refused.
  List<ChatLedger> create(Step step) throws IOException, InterruptedException {
    var said = next(step.dice(), true);
    var body = Bodies.chat(said.text(), List.of("pick", "other"));
    var reply = repeated(person.request("POST", "/api/v2/chats").withBody(body), step);
    if (reply.status() != 201) {
      return List.of();
    }
    var ledger = new ChatLedger(Judge.json(reply).path("id").asString());
    ledger.accept(said);
    return List.of(ledger);
  }

  void send(ChatLedger ledger, Step step) throws IOException, InterruptedException {
    var said = next(step.dice(), true);
    var how = step.dice().of("", "", "queue", "interrupt", "reject");
    var body = Bodies.message(said.text(), how);
    accepted(ledger, said, repeated(post(ledger, "/messages").withBody(body), step));
  }

  /// Several at the same time, to different replicas.
  void sendAtOnce(ChatLedger ledger, Step step) throws IOException, InterruptedException {
    var all = new ArrayList<Said>();
    var requests = new ArrayList<Request>();
    for (var i = step.dice().between(2, 4); i > 0; i--) {
      var said = next(step.dice(), false);
      all.add(said);
      var how = step.dice().of("queue", "interrupt");
      requests.add(post(ledger, "/messages").withBody(Bodies.message(said.text(), how)));
    }
    var replies = person.atOnce(requests, step);
    for (var i = 0; i < replies.size(); i++) {
      accepted(ledger, all.get(i), replies.get(i));
    }
  }

  private static void accepted(ChatLedger ledger, Said said, Reply reply) {
    if (reply.status() == 200) {
      said.isRow(Judge.json(reply).path("message").path("id").asLong(0));
      ledger.accept(said);
    }
  }

  /// Puts another message in the place of one that is known to be there.
  void edit(ChatLedger ledger, Step step) throws IOException, InterruptedException {
    // Read first: whatever is not known as a row after that can only come behind those that are.
    ChatReading.page(person, ledger.chat(), step).ifPresent(ledger::learn);
    var rows = ledger.said().stream().filter(it -> it.messageId() > 0).toList();
    if (rows.isEmpty()) {
      return;
    }
    var row = step.dice().of(rows).messageId();
    var said = next(step.dice(), true);
    var request =
        person
            .request("PATCH", path(ledger.chat(), "/messages/" + row))
            .withBody(Bodies.message(said.text()));
    var reply = repeated(request, step);
    if (reply.status() == 200) {
      said.isRow(Judge.json(reply).path("message").path("id").asLong(0));
      ledger.edit(row, said);
    } else if (reply.status() == 404) {
      step.fault("a message that must be there cannot be edited", request.bytes());
    }
  }

  /// Removes something that is queued, or makes it the next.
  void changeQueue(ChatLedger ledger, Step step) throws IOException {
    var view = ChatReading.page(person, ledger.chat(), step);
    if (view.isEmpty() || view.get().queue().isEmpty()) {
      return;
    }
    var queued = step.dice().of(view.get().queue());
    var entry = path(ledger.chat(), "/queue/" + queued.id());
    if (step.dice().oneIn(2)) {
      if (person.ask(person.request("DELETE", entry), step).status() == 204) {
        ledger.remove(queued.text());
      }
    } else if (person.ask(person.request("POST", entry + "/promote"), step).isSuccess()) {
      ledger.promote(queued.text());
    }
  }

  /// Stops the turn, or tries a failed one again.
  void steer(ChatLedger ledger, Step step) throws IOException {
    var how = step.dice().of("/interrupt", "/interrupt?wait=committed", "/retry");
    person.ask(post(ledger, how), step);
  }

  void clear(ChatLedger ledger, Step step) throws IOException {
    if (person.ask(post(ledger, "/clear"), step).status() == 200) {
      ledger.clear();
    }
  }

  /// Title, labels, archive and pin.
  void describe(ChatLedger ledger, Step step) throws IOException {
    var title =
        "t" + ++count + " " + Texts.odd(step.dice()).replaceAll("(?s)^(.{100}).*", "$1") + "!";
    var label = "v" + count;
    var archive = !ledger.isArchived();
    var what = step.dice().below(4);
    var body =
        Json.write(json -> {
          json.writeStartObject();
          switch (what) {
            case 0 -> json.writeStringProperty("title", title);
            case 1 -> {
              json.writeObjectPropertyStart("labels");
              json.writeStringProperty("fuzz", label);
              json.writeEndObject();
            }
            case 2 -> json.writeBooleanProperty("archived", archive);
            default -> json.writeNumberProperty("pin_order", step.dice().below(4));
          }
          json.writeEndObject();
        });
    var request = person.request("PATCH", path(ledger.chat(), "")).withBody(body);
    if (person.ask(request, step).status() == 204) {
      switch (what) {
        case 0 -> ledger.rename(title);
        case 1 -> ledger.relabel(label);
        case 2 -> ledger.archive(archive);
        default -> {} // Where it is pinned depends on the others.
      }
    }
  }

  /// A title of the model's may take the place of the one that is there.
  void askForTitle(ChatLedger ledger, Step step) throws IOException {
    var how = step.dice().of("/title/regenerate", "/title/propose");
    person.ask(post(ledger, how), step);
    if (how.endsWith("regenerate")) {
      ledger.rename(null);
    }
  }

  /// Answers the open calls of tools: rightly, wrongly, or several times at once.
  void answerCalls(ChatLedger ledger, Step step) throws IOException, InterruptedException {
    var view = ChatReading.page(person, ledger.chat(), step);
    var open = view.map(ChatView::openCalls).orElse(List.of());
    if (open.isEmpty()) {
      person.ask(results(ledger, Map.of("nothing", "\"late\"")), step);
      return;
    }
    if (step.dice().oneIn(4)) {
      refused(ledger, open, step);
    }
    var tries = new ArrayList<Map<String, String>>();
    for (var i = step.dice().oneIn(3) ? 3 : 1; i > 0; i--) {
      var outputs = new HashMap<String, String>();
      open.forEach(call -> outputs.put(call, "\"output " + ++count + "\""));
      tries.add(outputs);
    }
    var replies =
        person.atOnce(tries.stream().map(outputs -> results(ledger, outputs)).toList(), step);
    var taken = 0;
    for (var i = 0; i < replies.size(); i++) {
      if (replies.get(i).status() == 204) {
        taken++;
        ledger.answerCalls(tries.get(i));
      }
    }
    if (taken > 1) {
      step.fault(
          taken + " answers to the same calls were taken",
          results(ledger, tries.getFirst()).bytes());
    }
  }

  private void refused(ChatLedger ledger, List<String> open, Step step) throws IOException {
    var outputs = new HashMap<String, String>();
    open.stream().skip(1).forEach(call -> outputs.put(call, "1"));
    outputs.put("unknown", "null");
    var request = results(ledger, outputs);
    if (person.ask(request, step).isSuccess()) {
      step.fault("wrong results were taken", request.bytes());
    }
  }

  private Request results(ChatLedger ledger, Map<String, String> outputs) {
    return post(ledger, "/tool-results").withBody(Bodies.results(outputs));
  }

  /// Whether the chat is gone now.
  boolean delete(ChatLedger ledger, Step step) throws IOException {
    return person.ask(person.request("DELETE", path(ledger.chat(), "")), step).status() == 204;
  }

  private Request post(ChatLedger ledger, String rest) {
    return person.request("POST", path(ledger.chat(), rest));
  }

  /// The answer to a request that may be made several times under one key, at once or one after the
  /// other, and must have one effect.
  private Reply repeated(Request plain, Step step) throws IOException, InterruptedException {
    if (step.dice().oneIn(2)) {
      return person.ask(plain, step);
    }
    var request = plain.with("Idempotency-Key: " + origin + "-" + ++count);
    var replies = new ArrayList<Reply>();
    if (step.dice().oneIn(2)) {
      var times = step.dice().oneIn(5) ? 10 : 3;
      replies.addAll(person.atOnce(Collections.nCopies(times, request), step));
    } else {
      replies.add(person.ask(request, step));
      replies.add(person.ask(request, step));
    }
    var taken = replies.stream().filter(Reply::isSuccess).toList();
    if (taken.isEmpty()) {
      return replies.getFirst();
    }
    var fresh = taken.stream().filter(it -> it.header("Idempotency-Replayed").isEmpty()).count();
    if (taken.stream().map(Reply::text).distinct().count() > 1 || fresh != 1) {
      step.fault(
          "%d of %d answers to one key are no repeats".formatted(fresh, taken.size()),
          request.bytes());
    }
    if (step.dice().oneIn(4)) {
      var other = request.withBody(Bodies.message("[x] say: another"));
      if (person.ask(other, step).status() != 409) {
        step.fault("a key was used for two requests", other.bytes());
      }
    }
    return taken.getFirst();
  }
}
