package chatd.engine.port;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatFacts;
import chatd.core.chat.ChatFacts.Need;
import chatd.core.chat.ChatFacts.QueueLimits;
import chatd.core.chat.ChatMachine;
import chatd.core.chat.ChatRow;
import chatd.core.chat.Decision;
import chatd.core.chat.Effect;
import chatd.core.message.Message;
import chatd.core.message.QueuedMessage;
import chatd.core.message.Role;
import chatd.engine.port.ConcurrentWritersContract.Answered;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One chat decided again from its beginning, without any store.
final class Replay {
  private final TestChat chat;
  private final QueueLimits limits;
  private final List<Message> history;
  private final List<QueuedMessage> queue = new ArrayList<>();
  private ChatRow row;
  private Instant now;

  /// Begins where the chat is at the moment; its queue is empty.
  Replay(TestChat chat, QueueLimits limits) {
    this.chat = chat;
    this.limits = limits;
    this.history = new ArrayList<>(chat.history());
    this.row = chat.row();
    this.now = chat.find().marks().updatedAt();
  }

  /// Decides every command again and compares each answer, then the end with what is stored.
  void check(List<Answered> answers) {
    var commits = 0;
    for (var answered : answers) {
      switch (answered.outcome()) {
        case Outcome.Done done -> {
          commits++;
          commit(answered.command(), done);
        }
        case Outcome.Unchanged _ ->
            assertThat(decide(answered.command(), now)).isEqualTo(new Decision.Unchanged());
        case Outcome.Refused(var why, _) ->
            assertThat(decide(answered.command(), now)).isEqualTo(new Decision.Rejected(why));
        case Outcome.Missing _, Outcome.Replayed _, Outcome.KeyReused _, Outcome.KeyInUse _ ->
            throw new AssertionError("answered " + answered.outcome());
      }
    }
    assertThat(commits).as("something happened").isGreaterThan(20);
    assertThat(chat.row()).isEqualTo(row);
    assertThat(chat.history()).isEqualTo(history);
    assertThat(history.stream().map(Message::id).toList()).isSorted();
    assertThat(chat.feed(0).queuedMessages())
        .isEqualTo(chat.fixture().encodedQueue(chat.id(), queue));
  }

  private Decision decide(ChatCommand command, Instant time) {
    var needs = ChatMachine.needs(command, row);
    var facts =
        new ChatFacts(
            row,
            time,
            needs.contains(Need.QUEUE) ? queue : List.of(),
            command instanceof ChatCommand.Edit edit ? visible(edit.messageId()) : null,
            firstVisible(),
            List.of(),
            limits);
    return ChatMachine.decide(facts, command);
  }

  private @Nullable Message visible(long id) {
    return history.stream()
        .filter(message -> message.id() == id && message.body().role() != Role.SYSTEM)
        .findFirst()
        .orElse(null);
  }

  private @Nullable Message firstVisible() {
    return history.stream()
        .filter(message -> message.body().role() != Role.SYSTEM)
        .findFirst()
        .orElse(null);
  }

  private void commit(ChatCommand command, Outcome.Done done) {
    now = done.now();
    var decision = decide(command, now);
    assertThat(decision).as("%s at %s", command, row).isInstanceOf(Decision.Accepted.class);
    var accepted = (Decision.Accepted) decision;
    assertThat(done.chat().row()).isEqualTo(accepted.row());
    accepted.effects().forEach(effect -> write(effect, done));
    row = accepted.row();
  }

  private void write(Effect effect, Outcome.Done done) {
    switch (effect) {
      case Effect.Insert(var bodies) -> {
        assertThat(done.inserted()).extracting(Message::body).isEqualTo(bodies);
        history.addAll(done.inserted());
      }
      case Effect.Cut(var fromId, _) -> {
        var cut =
            history.stream()
                .filter(m -> m.id() >= fromId && m.body().role() != Role.SYSTEM)
                .toList();
        assertThat(done.deletedIds()).isEqualTo(cut.stream().map(Message::id).toList());
        history.removeAll(cut);
      }
      case Effect.Enqueue(var body) -> {
        var queued = done.queued();
        assertThat(queued).isNotNull();
        if (queued != null) {
          assertThat(queued.body()).isEqualTo(body);
          queue.add(queued);
        }
      }
      case Effect.Dequeue(var id) -> queue.removeIf(entry -> entry.id() == id);
      case Effect.MoveToHead(var id) -> {
        var entry = queue.stream().filter(e -> e.id() == id).findFirst().orElseThrow();
        queue.remove(entry);
        queue.addFirst(entry);
      }
      case Effect.EmptyQueue _ -> queue.clear();
      case Effect.WriteChild _, Effect.DeleteFamily _ -> throw new AssertionError("no family here");
      case Effect.RecordUsage _ -> {}
    }
  }
}
