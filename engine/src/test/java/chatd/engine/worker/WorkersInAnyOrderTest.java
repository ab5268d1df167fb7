package chatd.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.WhenBusy;
import chatd.core.chat.ChatStatus;
import chatd.core.message.ContentPart;
import chatd.core.message.Message;
import chatd.core.message.QueuedMessage;
import chatd.core.message.RawJson;
import chatd.core.message.Role;
import chatd.core.message.ToolOrigin;
import chatd.core.part.Episode;
import chatd.core.part.Part;
import chatd.core.part.PartLog;
import chatd.engine.chats.Chats;
import chatd.engine.fake.ScriptedModel;
import chatd.engine.parts.PartListener;
import chatd.engine.port.Outcome;
import chatd.engine.port.ReplicaDirectory.Replica;
import chatd.engine.port.TestChat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Two replicas made of the real loops, their threads run in an order drawn from a seed: people
/// send, stop, edit and promote while answers get lost, calls hang, the store is away, replicas
/// freeze, die and come back. In the end every turn is over, and history is what was numbered.
class WorkersInAnyOrderTest {
  private static final int CASES = Integer.getInteger("chatd.cases", 100);
  private static final long FIRST = Long.getLong("chatd.seed", 0);

  @Test
  void everyTurnComesToItsEnd() {
    for (var seed = FIRST; seed < FIRST + CASES; seed++) {
      try {
        new Run(seed).run();
      } catch (RuntimeException | AssertionError failure) {
        throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
      }
    }
  }

  private static final class Run {
    private static final Pattern WORD = Pattern.compile("<\\d+>");
    private static final List<Class<? extends ChatCommand>> WRITES =
        List.of(
            ChatCommand.RecordAttempt.class,
            ChatCommand.RecordRetry.class,
            ChatCommand.CommitStep.class,
            ChatCommand.FinishInterruption.class,
            ChatCommand.Abandon.class,
            ChatCommand.Fail.class);

    private final SplittableRandom random;
    private final List<WorkerStage> replicas = new ArrayList<>();
    private final List<WorkerStage> left = new ArrayList<>();
    private final List<WorkerStage> killed = new ArrayList<>();
    private final ScriptedModel model;
    private final List<TestChat> chats = new ArrayList<>();
    private final List<CountDownLatch> held = new ArrayList<>();
    private final Map<String, ScriptedModel.Request> saidBy = new HashMap<>();
    private final Map<ScriptedModel.Request, List<String>> said = new HashMap<>();
    private final Set<ScriptedModel.Request> over = new HashSet<>();
    private final Map<TestChat, Set<String>> sent = new HashMap<>();
    private final Map<TestChat, QueuedMessage> waiting = new HashMap<>();
    private final Set<TestChat> edited = new HashSet<>();
    private final Map<String, PartLog> numbered = new HashMap<>();
    private int words;
    private int gone;

    Run(long seed) {
      random = new SplittableRandom(seed);
      var first = new WorkerStage(seed);
      replicas.add(first);
      replicas.add(WorkerStage.beside(first));
      model = first.model;
      for (var i = 0; i < 2; i++) {
        var chat = first.chat();
        chats.add(chat);
        sent.put(chat, new HashSet<>(Set.of("first")));
        replicas.forEach(replica -> watch(replica, chat));
      }
    }

    void run() {
      for (var i = 0; i < 50; i++) {
        for (var j = random.nextInt(1, 5); j > 0; j--) {
          act();
        }
        if (random.nextInt(4) > 0) {
          replicas.getFirst().thread.settle();
        }
      }
      heal();
      for (var i = 0; i < 60; i++) {
        open().forEach(request -> say(request).complete());
        over.addAll(open());
        advance(1000);
      }
      advance(20_000);
      chats.forEach(this::check);
      assertThat(gone).isEqualTo(left.size());
      for (var replica : Stream.concat(replicas.stream(), left.stream()).toList()) {
        assertThat(replica.broken).isEmpty();
        assertThat(replica.membership.runningTurns()).isZero();
        assertThat(replica.logs.bytes()).isZero();
      }
      assertThat(replicas.getFirst().fixture.directory().list())
          .filteredOn(replica -> replica.state() == Replica.State.ALIVE)
          .extracting(Replica::id)
          .containsExactlyInAnyOrderElementsOf(
              replicas.stream().map(replica -> replica.membership.id()).toList());
    }

    private void heal() {
      held.forEach(CountDownLatch::countDown);
      replicas.getFirst().pubsub.disturb(hints -> hints);
      for (var replica : replicas) {
        replica.process.thaw();
        replica.store.down = false;
        replica.directory.down = false;
      }
    }

    private void act() {
      var replica = any(replicas);
      var chat = any(chats);
      switch (random.nextInt(35)) {
        case 0, 1, 2, 3, 4, 5 -> open().stream().findAny().ifPresent(this::say);
        case 6, 7 -> open().stream().findFirst().ifPresent(request -> end(request).complete());
        case 8 ->
            open().stream()
                .findFirst()
                .ifPresent(request -> end(request).fail(ScriptedModel.overloaded()));
        case 9 ->
            open().stream()
                .findFirst()
                .ifPresent(request -> end(request).fail(ScriptedModel.badKey()));
        case 10 -> open().stream().findFirst().ifPresent(this::call);
        case 11, 12 -> send(chat, WhenBusy.QUEUE);
        case 13 -> send(chat, WhenBusy.INTERRUPT);
        case 14, 15 -> apply(chat, new ChatCommand.Interrupt(chat.user()));
        case 16 -> edit(chat);
        case 17 -> promote(chat);
        case 18 -> apply(chat, new ChatCommand.Retry(chat.user()));
        case 19, 20 -> advance(random.nextInt(10, 1500));
        case 21 -> held.add(replica.store.hold(any(WRITES)));
        case 22 -> held.add(replica.store.holdHistory());
        case 23 -> held.forEach(CountDownLatch::countDown);
        case 24 -> replica.store.loseAnswerTo(any(WRITES));
        case 25 -> replica.store.losesAcquire = true;
        case 26 -> {
          replica.store.down = !replica.store.down;
          replica.directory.down = replica.store.down && random.nextBoolean();
        }
        case 27 -> {
          if (random.nextBoolean()) {
            replica.process.thaw();
          } else {
            replica.process.freeze();
          }
        }
        case 28 -> {
          var lost = random.nextBoolean();
          replica.pubsub.disturb(hints -> lost ? List.of() : hints);
        }
        case 29 -> deleteQueued(chat);
        case 30 -> replace(replica);
        case 31 -> crash(replica);
        case 32 -> replica.fixture.restart();
        case 33 -> replica.fixture.holdLock(replica.membership.id(), random.nextBoolean());
        default -> die(replica);
      }
    }

    /// As in a rolling restart.
    private void replace(WorkerStage old) {
      if (random.nextInt(4) > 0) {
        return;
      }
      old.process.thaw();
      old.store.down = false;
      old.directory.down = false;
      old.process
          .threads()
          .newThread(() -> {
            try {
              old.membership.leave(Duration.ofSeconds(2));
              gone++;
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          })
          .start();
      var next = WorkerStage.beside(newest());
      chats.forEach(chat -> watch(next, chat));
      replicas.remove(old);
      replicas.add(next);
      left.add(old);
    }

    /// As kill -9 would, with another process started in its place or beside it.
    private void crash(WorkerStage old) {
      if (random.nextInt(4) > 0) {
        return;
      }
      var newest = newest();
      old.kill();
      replicas.remove(old);
      killed.add(old);
      var next =
          random.nextBoolean()
              ? WorkerStage.beside(newest)
              : WorkerStage.beside(newest, old.address);
      chats.forEach(chat -> watch(next, chat));
      replicas.add(next);
    }

    private WorkerStage newest() {
      return Stream.of(replicas, left, killed)
          .flatMap(List::stream)
          .max(Comparator.comparingLong(stage -> stage.replica))
          .orElseThrow();
    }

    /// As if another replica had seen it be silent for too long.
    private void die(WorkerStage replica) {
      if (random.nextInt(4) == 0) {
        var id = replica.membership.id();
        replica.fixture.directory().look(any(replicas).membership.id()).peers().stream()
            .filter(peer -> peer.id().equals(id))
            .forEach(peer -> replica.fixture.directory().declareDead(id, peer.beat()));
      }
    }

    private <T> T any(List<T> all) {
      return all.get(random.nextInt(all.size()));
    }

    private void advance(int millis) {
      replicas.getFirst().advance(Duration.ofMillis(millis));
    }

    private List<ScriptedModel.Request> open() {
      return model.requests().stream()
          .filter(request -> !request.isCancelled() && !over.contains(request))
          .toList();
    }

    private ScriptedModel.Request end(ScriptedModel.Request request) {
      over.add(request);
      return request;
    }

    private ScriptedModel.Request say(ScriptedModel.Request request) {
      var word = "<" + words++ + ">";
      saidBy.put(word, request);
      said.computeIfAbsent(request, _ -> new ArrayList<>()).add(word);
      return request.say(word);
    }

    private void call(ScriptedModel.Request request) {
      request.say(
          new Part.Whole(
              new ContentPart.ToolCall(
                  "c" + words++, "look", RawJson.EMPTY_OBJECT, ToolOrigin.NONE, null)));
      end(request).complete();
    }

    private Outcome apply(TestChat chat, ChatCommand command) {
      var replica = any(replicas);
      return new Chats(replica.fixture.store(), replica.hints).apply(chat.id(), command, null);
    }

    private void send(TestChat chat, WhenBusy whenBusy) {
      var text = "user " + words++;
      var body = WorkerStage.body(chat.user(), text);
      if (apply(chat, new ChatCommand.Send(chat.user(), body, null, whenBusy))
          instanceof Outcome.Done done) {
        Objects.requireNonNull(sent.get(chat)).add(text);
        if (done.queued() != null) {
          waiting.put(chat, done.queued());
        }
      }
    }

    private void edit(TestChat chat) {
      var asked = chat.history().stream().filter(row -> row.body().role() == Role.USER).toList();
      var body = WorkerStage.body(chat.user(), "edit " + words++);
      if (random.nextInt(3) == 0
          && apply(chat, new ChatCommand.Edit(chat.user(), any(asked).id(), body, null))
              instanceof Outcome.Done) {
        edited.add(chat);
      }
    }

    private void promote(TestChat chat) {
      var queued = waiting.get(chat);
      if (queued != null) {
        apply(chat, new ChatCommand.Promote(chat.user(), queued.id()));
      }
    }

    private void deleteQueued(TestChat chat) {
      var queued = waiting.get(chat);
      if (queued != null
          && apply(chat, new ChatCommand.DeleteQueued(chat.user(), queued.id()))
              instanceof Outcome.Done) {
        Objects.requireNonNull(sent.get(chat)).remove(text(queued.body().content()));
      }
    }

    /// What is numbered belongs to an attempt that is known to be recorded, and to one log only.
    private void watch(WorkerStage replica, TestChat chat) {
      replica.logs.subscribe(
          chat.id(),
          new PartListener() {
            @Override
            public void appended(Episode episode) {
              assertThat(episode.isLaterThan(Episode.of(chat.row()))).isFalse();
              var log = Objects.requireNonNull(replica.logs.find(chat.id(), episode));
              assertThat(numbered.putIfAbsent(chat.id() + " " + episode, log)).isIn(null, log);
            }

            @Override
            public void sealed(Episode episode) {}
          });
    }

    private void check(TestChat chat) {
      var row = chat.row();
      assertThat(row.ownership()).isNull();
      assertThat(row.status()).isIn(ChatStatus.WAITING, ChatStatus.ERROR);
      var history =
          chat.history().stream().filter(each -> each.body().role() != Role.SYSTEM).toList();
      checkAnswers(history);
      checkCalls(history);
      var asked =
          history.stream()
              .filter(each -> each.body().role() == Role.USER)
              .map(each -> text(each.body().content()))
              .toList();
      assertThat(asked).doesNotHaveDuplicates();
      if (!edited.contains(chat)) {
        assertThat(sent.get(chat)).containsAll(asked);
        assertThat(sent.get(chat)).hasSize(asked.size() + row.lifecycle().queued());
      }
    }

    private void checkAnswers(List<Message> history) {
      var used = new HashSet<ScriptedModel.Request>();
      for (var row : history) {
        var words = WORD.matcher(text(row.body().content())).results().map(w -> w.group()).toList();
        if (row.body().role() == Role.ASSISTANT && !words.isEmpty()) {
          var request = Objects.requireNonNull(saidBy.get(words.getFirst()));
          assertThat(used.add(request)).isTrue();
          assertThat(said.get(request)).startsWith(words.toArray(String[]::new));
        }
      }
    }

    private static void checkCalls(List<Message> history) {
      var open = new ArrayList<String>();
      for (var row : history) {
        if (row.body().role() != Role.TOOL) {
          assertThat(open).isEmpty();
        }
        for (var part : row.body().content()) {
          if (part instanceof ContentPart.ToolCall call) {
            open.add(call.toolCallId());
          } else if (part instanceof ContentPart.ToolResult result) {
            assertThat(row.body().role()).isEqualTo(Role.TOOL);
            assertThat(open.remove(result.toolCallId())).isTrue();
          }
        }
      }
      assertThat(open).isEmpty();
    }

    private static String text(List<ContentPart> content) {
      var text = new StringBuilder();
      for (var part : content) {
        if (part instanceof ContentPart.Text(var words)) {
          text.append(words);
        }
      }
      return text.toString();
    }
  }
}
