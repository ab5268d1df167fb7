package chatd.engine.port;

import static chatd.engine.port.TestChat.answer;
import static chatd.engine.port.TestChat.text;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.CommitStep.Then;
import chatd.core.chat.ChatCommand.WhenBusy;
import chatd.core.chat.ChatError;
import chatd.core.chat.ChatState;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.Fence;
import chatd.core.chat.Refusal;
import chatd.core.chat.RunId;
import chatd.core.chat.TurnState;
import chatd.core.feed.ClientCall;
import chatd.core.message.ChatId;
import chatd.core.message.ContentPart;
import chatd.core.message.Message;
import chatd.core.message.MessageBody;
import chatd.core.message.ModelUse;
import chatd.core.message.QueuedMessage;
import chatd.core.message.RawJson;
import chatd.core.message.Role;
import chatd.core.message.ToolOrigin;
import chatd.core.message.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store does with every kind of command: what is decided is what can be read
/// afterwards.
public abstract class ChatStoreContract {
  private StoreFixture fixture;
  private TestChat chat;

  protected abstract StoreFixture fixture();

  @BeforeEach
  void createChat() {
    fixture = fixture();
    chat = TestChat.create(fixture);
  }

  @Test
  void create_writesTheChatWithAllItsMessages() {
    var command = TestChat.creation(fixture.newUser(), null, text("hello"));

    var outcome = fixture.store().create(command, TestChat.DESCRIPTION, null);

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Done.class,
            done -> {
              assertThat(fixture.store().find(command.id())).contains(done.chat());
              assertThat(fixture.store().history(command.id())).isEqualTo(done.inserted());
              assertThat(done.inserted())
                  .extracting(Message::body)
                  .last()
                  .isEqualTo(command.first());
              assertThat(done.inserted()).extracting(Message::revision).containsOnly(1L);
              assertThat(done.chat().row().identity()).isEqualTo(command.identity());
              assertThat(done.chat().row().choice()).isEqualTo(command.choice());
              assertThat(done.chat().row().state()).isEqualTo(ChatState.RUNNING);
              assertThat(done.chat().description()).isEqualTo(TestChat.DESCRIPTION);
              assertThat(done.chat().marks().createdAt()).isEqualTo(done.now());
            });
  }

  @Test
  void apply_toNoChat_isMissing() {
    var id = new ChatId(UUID.randomUUID());

    assertThat(fixture.store().apply(id, new ChatCommand.Interrupt(chat.user()), null))
        .isEqualTo(new Outcome.Missing());
    assertThat(fixture.store().find(id)).isEmpty();
    assertThat(fixture.store().readFeed(id, 0)).isEmpty();
    assertThat(fixture.store().history(id)).isEmpty();
  }

  @Test
  void apply_byAnotherUser_isRefused() {
    assertThat(chat.refused(new ChatCommand.Interrupt(fixture.newUser())))
        .isEqualTo(Refusal.Plain.NOT_YOURS);
  }

  @Test
  void send_toAnIdleChat_becomesAMessage() {
    chat.answered("hi");
    var before = chat.find();

    var done = chat.done(chat.send("second"));

    assertThat(done.queued()).isNull();
    assertThat(done.inserted())
        .extracting(message -> message.body().content())
        .containsExactly(text("second"));
    assertThat(done.chat()).isEqualTo(chat.find());
    assertThat(chat.history()).endsWith(done.inserted().getFirst());
    assertThat(done.chat().marks().updatedAt())
        .isEqualTo(done.now())
        .isAfterOrEqualTo(before.marks().updatedAt());
    assertThat(done.inserted().getFirst().revision()).isEqualTo(chat.row().versions().history());
  }

  @Test
  void send_toABusyChat_waitsInTheQueueUntilTheTurnEnds() {
    var first = chat.enqueue("a");
    var second = chat.enqueue("b");
    assertThat(queue()).isEqualTo(encoded(first, second));

    chat.acquired();
    var done = chat.commit(Then.FINISH, answer("done"));

    assertThat(done.inserted())
        .extracting(message -> message.body().content())
        .containsExactly(text("done"), text("a"));
    assertThat(ids(done.inserted())).isSorted();
    assertThat(queue()).isEqualTo(encoded(second));
    assertThat(chat.row().state()).isEqualTo(ChatState.RUNNING_QUEUED);
  }

  @Test
  void send_withAChoice_makesItTheChats() {
    chat.answered("hi");
    var model = UUID.randomUUID();
    var servers = List.of(UUID.randomUUID(), UUID.randomUUID());
    var body = new QueuedMessage.Body(text("x"), chat.user(), model, "high", 30);

    chat.done(new ChatCommand.Send(chat.user(), body, servers, WhenBusy.QUEUE));

    assertThat(chat.row().choice().modelConfigId()).isEqualTo(model);
    assertThat(chat.row().choice().reasoningEffort()).isEqualTo("high");
    assertThat(chat.row().choice().mcpServerIds()).isEqualTo(servers);
  }

  @Test
  void send_beyondTheQueue_isRefused() {
    for (var i = 0; i < 20; i++) {
      chat.done(chat.send("queued " + i));
    }
    assertThat(chat.refused(chat.send("one more"))).isEqualTo(Refusal.Plain.QUEUE_FULL);
  }

  @Test
  void promote_ofTheLast_movesItToTheHeadAndKeepsItsId() {
    var first = chat.enqueue("a");
    var last = chat.enqueue("b");
    chat.acquired();

    chat.done(new ChatCommand.Promote(chat.user(), last.id()));

    assertThat(chat.row().status()).isEqualTo(ChatStatus.INTERRUPTING);
    assertThat(queue()).isEqualTo(encoded(last, first));
    chat.done(new ChatCommand.Promote(chat.user(), first.id()));
    assertThat(queue()).isEqualTo(encoded(first, last));
    chat.unchanged(new ChatCommand.Promote(chat.user(), first.id()));
  }

  @Test
  void deleteQueued_removesOneAndOnlyOnce() {
    var queued = chat.enqueue("a");
    var delete = new ChatCommand.DeleteQueued(chat.user(), queued.id());

    chat.done(delete);

    assertThat(queue()).isEqualTo(encoded());
    assertThat(chat.refused(delete)).isEqualTo(Refusal.Plain.NO_SUCH_QUEUED_MESSAGE);
  }

  @Test
  void edit_replacesARowAndAllAfterIt() {
    chat.answered("one");
    var second = chat.done(chat.send("second")).inserted().getFirst();
    chat.answered("two");
    chat.done(chat.send("third"));
    chat.done(chat.send("waits"));
    var gone = chat.visible().stream().map(Message::id).filter(id -> id >= second.id()).toList();

    var done = chat.done(chat.edit(second.id(), "other"));

    assertThat(done.deletedIds()).isEqualTo(gone);
    assertThat(done.inserted().getFirst().id()).isGreaterThan(gone.getLast());
    assertThat(chat.history()).endsWith(done.inserted().getFirst());
    assertThat(ids(chat.history())).doesNotContainAnyElementsOf(gone);
    assertThat(queue()).isEqualTo(encoded());
    assertThat(chat.row().state()).isEqualTo(ChatState.RUNNING);
  }

  @Test
  void edit_ofWhatIsNoUserMessageHere_isRefused() {
    chat.answered("one");
    var rows = chat.history();
    var other = TestChat.create(fixture).visible().getFirst();

    assertThat(chat.refused(chat.edit(rows.getFirst().id(), "x")))
        .isEqualTo(Refusal.Plain.NO_SUCH_MESSAGE);
    assertThat(chat.refused(chat.edit(rows.getLast().id(), "x")))
        .isEqualTo(Refusal.Plain.NOT_A_USER_MESSAGE);
    assertThat(chat.refused(chat.edit(other.id(), "x"))).isEqualTo(Refusal.Plain.NO_SUCH_MESSAGE);
  }

  @Test
  void clear_deletesWhatIsVisible() {
    chat.answered("one");

    var done = chat.done(new ChatCommand.Clear(chat.user()));

    assertThat(done.deletedIds()).hasSize(2);
    assertThat(chat.visible()).isEmpty();
    assertThat(chat.history()).hasSize(1);
    assertThat(chat.find().marks().hasUnread()).isFalse();
    assertThat(done.chat()).isEqualTo(chat.find());
    chat.unchanged(new ChatCommand.Clear(chat.user()));
  }

  @Test
  void compact_isRememberedUntilItIsDone() {
    chat.answered("one");

    chat.done(new ChatCommand.Compact(chat.user()));

    assertThat(chat.row().turn().compactRequested()).isTrue();
  }

  @Test
  void interrupt_ofAnOwnedTurn_waitsForThePartial() {
    chat.acquired();
    chat.done(new ChatCommand.Interrupt(chat.user()));
    chat.unchanged(new ChatCommand.Interrupt(chat.user()));

    var done = chat.done(new ChatCommand.FinishInterruption(chat.fence(), List.of(answer("half"))));

    assertThat(done.chat().row().state()).isEqualTo(ChatState.WAITING);
    assertThat(done.chat().row().ownership()).isNull();
    assertThat(chat.history()).endsWith(done.inserted().getFirst());
  }

  @Test
  void interrupt_ofATurnThatNobodyHas_isFinishedOnTheSpot() {
    chat.done(chat.send("waits"));

    var done = chat.done(new ChatCommand.Interrupt(chat.user()));

    assertThat(done.inserted())
        .extracting(message -> message.body().content())
        .containsExactly(text("waits"));
    assertThat(chat.row().state()).isEqualTo(ChatState.RUNNING);
  }

  @Test
  void recordAttempt_isACompareAndSet() {
    chat.acquired();
    var fence = chat.fence();

    chat.done(new ChatCommand.RecordAttempt(fence));

    assertThat(chat.row().versions().attempt()).isEqualTo(fence.attempt() + 1);
    assertThat(chat.row().turn().attempts().recordedBy()).isEqualTo(fence.run());
    assertThat(chat.refused(new ChatCommand.RecordAttempt(fence))).isEqualTo(Refusal.Plain.STALE);
  }

  @Test
  void fence_thatDoesNotHold_makesEveryWriteStale() {
    chat.acquired();
    var fence = chat.fence();
    chat.done(chat.edit(chat.visible().getFirst().id(), "other"));

    var stale =
        List.of(
            new ChatCommand.Abandon(fence),
            new ChatCommand.RecordAttempt(fence),
            new ChatCommand.RecordRetry(fence, ERROR, Duration.ofSeconds(1), false),
            new ChatCommand.CommitStep(fence, List.of(answer("x")), Set.of(), null, Then.FINISH),
            new ChatCommand.NeedClientAction(fence, Duration.ofMinutes(5)),
            new ChatCommand.FinishTurn(fence),
            new ChatCommand.FinishInterruption(fence, List.of()),
            new ChatCommand.Fail(fence, ERROR, List.of()));

    assertThat(stale)
        .allSatisfy(command -> assertThat(chat.refused(command)).isEqualTo(Refusal.Plain.STALE));
    assertThat(chat.refused(new ChatCommand.Abandon(withRun(chat.fence()))))
        .isEqualTo(Refusal.Plain.STALE);
  }

  @Test
  void recordRetry_keepsCountTimeAndError() {
    chat.acquired();

    var done =
        chat.done(new ChatCommand.RecordRetry(chat.fence(), ERROR, Duration.ofSeconds(3), true));

    assertThat(chat.row().turn().retries())
        .isEqualTo(
            new TurnState.Retries(
                1, 1, new TurnState.Retries.Pending(done.now().plusSeconds(3), 3000, ERROR)));
    assertThat(chat.row().isLive()).isFalse();
  }

  @Test
  void fail_keepsTheErrorUntilTheRetry() {
    chat.acquired();

    chat.done(new ChatCommand.Fail(chat.fence(), ERROR, List.of(answer("cut"))));

    assertThat(chat.row().state()).isEqualTo(ChatState.ERROR);
    assertThat(chat.row().turn().failure())
        .isEqualTo(new TurnState.Failure(ERROR, chat.row().versions().snapshot()));
    chat.done(new ChatCommand.Retry(chat.user()));
    assertThat(chat.row().turn()).isEqualTo(TurnState.IDLE);
  }

  @Test
  void clientTools_waitForResultsOrTheirDeadline() {
    chat.acquired();
    chat.done(
        new ChatCommand.CommitStep(
            chat.fence(), List.of(calling("c1", "c2")), Set.of("c1", "c2"), USE, Then.CONTINUE));
    var done = chat.done(new ChatCommand.NeedClientAction(chat.fence(), Duration.ofMinutes(5)));

    assertThat(chat.row().state()).isEqualTo(ChatState.REQUIRES_ACTION);
    assertThat(chat.row().turn().openCalls()).hasSize(2);
    assertThat(chat.row().turn().actionDeadline()).isEqualTo(done.now().plusSeconds(300));
    assertThat(chat.feed(0).clientCalls())
        .containsExactly(new ClientCall("c1", "pick", ARGS), new ClientCall("c2", "pick", ARGS));
    assertThat(chat.refused(new ChatCommand.ExpireActions())).isEqualTo(Refusal.Plain.OVERTAKEN);
    assertThat(chat.refused(results("c1"))).isInstanceOf(Refusal.WrongResults.class);

    var answered = chat.done(results("c2", "c1"));

    assertThat(answered.inserted())
        .extracting(message -> message.body().role())
        .containsExactly(Role.TOOL, Role.TOOL);
    assertThat(chat.row().turn().openCalls()).isEmpty();
    assertThat(chat.row().turn().actionDeadline()).isNull();
    assertThat(chat.row().state()).isEqualTo(ChatState.RUNNING);
  }

  private static final ChatError ERROR =
      new ChatError(
          "It \u0000 failed \ud800", true, ChatError.Kind.OVERLOADED, "why", "anthropic", 529);

  private static final RawJson ARGS = new RawJson("{\"n\":1}");

  private static final Usage USAGE = new Usage(1L, 2L, 3L, null, 0L, null, 200_000L);

  private static final ModelUse USE = new ModelUse(null, USAGE, null);

  private static MessageBody calling(String... ids) {
    return new MessageBody(
        Role.ASSISTANT,
        List.of(ids).stream()
            .<ContentPart>map(
                id -> new ContentPart.ToolCall(id, "pick", ARGS, ToolOrigin.NONE, null))
            .toList(),
        null,
        UUID.randomUUID(),
        USAGE);
  }

  private ChatCommand.GiveToolResults results(String... ids) {
    return new ChatCommand.GiveToolResults(
        chat.user(),
        List.of(ids).stream()
            .map(id ->
                new ContentPart.ToolResult(
                    id, "pick", new RawJson("1e400"), false, ToolOrigin.NONE, null))
            .toList());
  }

  private static Fence withRun(Fence fence) {
    return new Fence(
        new RunId(UUID.randomUUID()), fence.historyVersion(), fence.attempt(), fence.status());
  }

  private static List<Long> ids(List<Message> messages) {
    return messages.stream().map(Message::id).toList();
  }

  private byte[] queue() {
    return chat.feed(0).queuedMessages();
  }

  private byte[] encoded(QueuedMessage... queue) {
    return fixture.encodedQueue(chat.id(), List.of(queue));
  }
}
