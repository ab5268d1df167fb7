package chatd.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.WhenBusy;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.OpenCall;
import chatd.core.message.ContentPart;
import chatd.core.message.ContentPart.ToolResult;
import chatd.core.message.RawJson;
import chatd.core.message.Role;
import chatd.core.message.ToolOrigin;
import chatd.core.part.Part;
import chatd.engine.chats.Chats;
import chatd.engine.fake.EveryCallAnsweredOnce;
import chatd.engine.fake.ScriptedModel;
import chatd.engine.port.Outcome;
import chatd.engine.port.TestChat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/// Two replicas and a chat whose client runs a tool, in the middle of a turn; and everybody who can
/// do something to it.
final class ToolStep {
  static final Duration CLIENT_TOOLS = Duration.ofSeconds(20);

  final List<WorkerStage> replicas = new ArrayList<>();
  private final List<WorkerStage> all = new ArrayList<>();
  private final List<CountDownLatch> held = new ArrayList<>();
  private final Set<ScriptedModel.Request> over = new HashSet<>();
  final TestChat chat;
  final ScriptedModel.Request request;
  private int sent;

  /// One turn with a call is over, so that something of the kind stands before all that follows.
  ToolStep() {
    var first = new WorkerStage(1, WorkerStage.limits(CLIENT_TOOLS));
    join(first);
    join(WorkerStage.beside(first));
    chat = first.chatWithTools("look");
    end(model().last()).say(call("c", "look")).complete();
    settle();
    give();
    settle();
    end(model().last()).say("I see.").complete();
    send(WhenBusy.QUEUE);
    settle();
    request = model().last();
  }

  private void join(WorkerStage replica) {
    replicas.add(replica);
    all.add(replica);
  }

  ScriptedModel model() {
    return all.getFirst().model;
  }

  void settle() {
    all.getFirst().thread.settle();
  }

  void advance(Duration by) {
    all.getFirst().advance(by);
  }

  /// The calls that this step is about; the provider counts from the same number in every step.
  void call() {
    request.say("Let me ").say(call("c", "look"));
    request.say(call("n", "nobody")).say(call("d", "look"));
  }

  void answer() {
    call();
    end(request).complete();
  }

  private static Part call(String id, String tool) {
    return new Part.Whole(
        new ContentPart.ToolCall(id, tool, RawJson.EMPTY_OBJECT, ToolOrigin.NONE, null));
  }

  /// The next write of this kind waits before it is carried out.
  void holding(Class<? extends ChatCommand> kind, Runnable action) {
    var latch = worker().store.hold(kind);
    action.run();
    held.add(latch);
    settle();
  }

  /// The answer to the next write of this kind is lost.
  void losing(Class<? extends ChatCommand> kind, Runnable action) {
    worker().store.loseAnswerTo(kind);
    action.run();
    settle();
  }

  /// Whether no replica reaches the database.
  void disconnect(boolean down) {
    replicas.forEach(replica -> replica.store.down = down);
  }

  /// What was held goes on.
  void goOn() {
    held.forEach(CountDownLatch::countDown);
    held.clear();
  }

  /// Whoever has the chat, or had it last.
  WorkerStage worker() {
    var owner = chat.row().ownership();
    return replicas.stream()
        .filter(replica -> owner == null || replica.membership.id().equals(owner.replica()))
        .findFirst()
        .orElse(replicas.getFirst());
  }

  Outcome apply(ChatCommand command) {
    var hints = replicas.getLast().hints;
    return new Chats(chat.store(), hints).apply(chat.id(), command, null);
  }

  Outcome send(WhenBusy whenBusy) {
    var body = WorkerStage.body(chat.user(), "more " + sent++);
    return apply(new ChatCommand.Send(chat.user(), body, null, whenBusy));
  }

  void promote() {
    if (send(WhenBusy.QUEUE) instanceof Outcome.Done done && done.queued() != null) {
      apply(new ChatCommand.Promote(chat.user(), done.queued().id()));
    }
  }

  List<Long> asked() {
    return chat.history().stream()
        .filter(message -> message.body().role() == Role.USER)
        .map(message -> message.id())
        .toList();
  }

  void edit(long message) {
    var body = WorkerStage.body(chat.user(), "edited " + sent++);
    apply(new ChatCommand.Edit(chat.user(), message, body, null));
  }

  /// The client answers what is open.
  void give() {
    var results =
        chat.row().turn().openCalls().stream()
            .filter(OpenCall::byClient)
            .map(open ->
                new ToolResult(
                    open.toolCallId(), "", new RawJson("\"seen\""), false, ToolOrigin.NONE, null))
            .toList();
    if (apply(new ChatCommand.GiveToolResults(chat.user(), results)) instanceof Outcome.Done) {
      assertThat(chat.row().status()).isEqualTo(ChatStatus.RUNNING);
    }
  }

  List<ScriptedModel.Request> open() {
    return model().requests().stream()
        .filter(each -> !each.isCancelled() && !over.contains(each))
        .toList();
  }

  ScriptedModel.Request end(ScriptedModel.Request ended) {
    over.add(ended);
    return ended;
  }

  void kill(WorkerStage killed) {
    killed.kill();
    replicas.remove(killed);
    join(WorkerStage.beside(all.getLast()));
    advance(Duration.ofSeconds(1));
  }

  void drain() {
    var leaving = worker();
    replicas.remove(leaving);
    join(WorkerStage.beside(all.getLast()));
    leaving
        .process
        .threads()
        .newThread(() -> {
          try {
            leaving.membership.leave(Duration.ofSeconds(1));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        })
        .start();
    advance(Duration.ofSeconds(2));
  }

  /// Phase or status, attempt, and how many calls are open.
  String state() {
    var row = chat.row();
    var phase = row.phase();
    return "%s %d, %d open"
        .formatted(
            phase == null ? row.status() : phase,
            row.versions().attempt(),
            row.turn().openCalls().size());
  }

  /// Everything is well again, and whoever is asked answers.
  void finish() {
    goOn();
    all.forEach(replica -> replica.store.down = false);
    settle();
    for (var i = 0; i < 60 && chat.row().status() != ChatStatus.WAITING; i++) {
      switch (chat.row().status()) {
        case REQUIRES_ACTION -> give();
        case ERROR -> apply(new ChatCommand.Retry(chat.user()));
        case RUNNING, INTERRUPTING, WAITING -> {}
      }
      settle();
      open().forEach(each -> end(each.say("Done.")).complete());
      advance(Duration.ofMillis(500));
    }
    check();
  }

  private void check() {
    assertThat(chat.row().status()).isEqualTo(ChatStatus.WAITING);
    assertThat(chat.row().turn().openCalls()).isEmpty();
    assertThat(all).allSatisfy(replica -> assertThat(replica.broken).isEmpty());
    var rule = new EveryCallAnsweredOnce();
    model().requests().forEach(each -> rule.check(each.request().prompt()));
    rule.check(chat.history());
    assertThat(rule.checked()).isPositive();
  }
}
