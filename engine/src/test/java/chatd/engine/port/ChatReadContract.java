package chatd.engine.port;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.CommitStep.Then;
import chatd.core.feed.ClientCall;
import chatd.core.feed.FeedPage;
import chatd.core.feed.FeedRead;
import chatd.core.feed.FeedRow;
import chatd.core.feed.ResumeFacts;
import chatd.core.feed.ResumeQuery;
import chatd.core.message.ChatId;
import chatd.core.message.ContentPart;
import chatd.core.message.Message;
import chatd.core.message.MessageBody;
import chatd.core.message.RawJson;
import chatd.core.message.Role;
import chatd.core.message.ToolOrigin;
import chatd.core.message.ToolSpec;
import chatd.core.turn.TurnContext;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What feeds and resuming viewers read.
public abstract class ChatReadContract {
  private static final FeedPage ALL =
      new FeedPage(0, Long.MAX_VALUE, 0, 0, Integer.MAX_VALUE, Integer.MAX_VALUE);

  private StoreFixture fixture;
  private TestChat chat;

  protected abstract StoreFixture fixture();

  @BeforeEach
  void createChat() {
    fixture = fixture();
    chat = TestChat.create(fixture);
  }

  @Test
  void readFeed_ofEverything_isTheVisibleHistoryAsViewersGetIt() {
    chat.answered("one");

    var read = chat.feed(0);

    assertThat(read.row()).isEqualTo(chat.row());
    assertRows(read.rows(), chat.visible());
    assertThat(read.cuts()).isEmpty();
    assertThat(read.clientCalls()).isEmpty();
    assertThat(read.lastMessageId()).isEqualTo(chat.visible().getLast().id());
    assertThat(read.queuedMessages()).isEqualTo(fixture.encodedQueue(chat.id(), List.of()));
  }

  @Test
  void readFeed_afterAVersion_hasOnlyWhatCameSince() {
    chat.answered("one");
    var before = chat.row().versions().history();
    var sent = chat.done(chat.send("second")).inserted();

    assertRows(chat.feed(before).rows(), sent);
    assertThat(chat.feed(chat.row().versions().history()).rows()).isEmpty();
    assertThat(chat.feed(Long.MAX_VALUE).row()).isEqualTo(chat.row());
  }

  @Test
  void readFeed_afterAnEditAndAClear_namesTheCuts() {
    var first = chat.visible().getFirst();
    var edited = chat.done(chat.edit(first.id(), "other"));
    var replacement = edited.inserted().getFirst();
    chat.answered("one");
    var cleared = chat.done(new ChatCommand.Clear(chat.user()));

    var cuts = chat.feed(0).cuts();

    assertThat(cuts)
        .containsExactly(
            new FeedRead.Cut(history(edited), first.id(), first.revision()),
            new FeedRead.Cut(history(cleared), replacement.id(), replacement.revision()));
    assertThat(chat.feed(history(edited)).cuts()).containsExactly(cuts.getLast());
    assertThat(chat.feed(0).lastMessageId()).isZero();
  }

  @Test
  void readFeed_whenTheClientMustAct_hasItsCallsWithTheirArguments_andNoOthers() {
    chat.acquired();
    // One step in two rows that calls the client, the server, and the client again.
    chat.done(
        new ChatCommand.CommitStep(
            chat.fence(),
            List.of(calling("c1", "s1"), calling("c2")),
            Set.of("c1", "c2"),
            null,
            Then.CONTINUE));
    assertThat(chat.feed(0).clientCalls()).isEmpty();
    var result =
        new ContentPart.ToolResult(
            "s1", "pick", RawJson.EMPTY_OBJECT, false, ToolOrigin.NONE, null);
    chat.done(
        new ChatCommand.CommitStep(
            chat.fence(), List.of(MessageBody.tool(result)), Set.of(), null, Then.CONTINUE));
    chat.done(new ChatCommand.NeedClientAction(chat.fence(), Duration.ofMinutes(5)));

    assertThat(chat.feed(Long.MAX_VALUE).clientCalls())
        .containsExactly(
            new ClientCall("c1", "pick", new RawJson("{\"for\":\"c1\"}")),
            new ClientCall("c2", "pick", new RawJson("{\"for\":\"c2\"}")));
  }

  @Test
  void context_isTheWholeHistoryWithTheToolsOfTheClient() {
    var tools =
        List.of(
            new ToolSpec("look", "Sees \0 and \uD800.", new RawJson("{\"a\":[1.10,\"\\uD800\"]}")),
            new ToolSpec("run", "", ToolSpec.ANY_INPUT));
    var offering = TestChat.withTools(chat.fixture(), tools);

    assertThat(offering.store().context(offering.id()))
        .isEqualTo(new TurnContext(offering.history(), tools));
    assertThat(offering.history()).hasSize(2);
    offering.answered("done");
    assertThat(offering.store().context(offering.id()))
        .isEqualTo(new TurnContext(offering.history(), tools));
    assertThat(chat.store().context(chat.id()))
        .isEqualTo(new TurnContext(chat.history(), List.of()));
    assertThat(chat.store().context(new ChatId(UUID.randomUUID())))
        .isEqualTo(new TurnContext(List.of(), List.of()));
  }

  @Test
  void readPage_givesRowsNewerThanTheVersionAndBesidesThoseAboveTheId() {
    chat.answered("one");
    chat.done(chat.send("two"));
    chat.answered("two");
    var rows = chat.visible();
    var latest = chat.row().versions().history();
    var third = rows.get(2);

    assertRows(chat.store().readPage(chat.id(), ALL), rows);
    assertRows(page(rows.getFirst().id(), latest, 0, 0), rows.subList(1, 4));
    assertRows(page(0, latest, third.revision(), Long.MAX_VALUE), rows.subList(3, 4));
    assertRows(page(0, latest, Long.MAX_VALUE, rows.get(1).id()), rows.subList(2, 4));
    assertRows(page(0, latest, third.revision(), rows.get(1).id()), rows.subList(2, 4));
    assertRows(page(0, third.revision(), 0, 0), rows.subList(0, 3));
  }

  @Test
  void readPage_keepsToItsLimitsButGivesOneRow() {
    chat.answered("one");
    chat.done(chat.send("two"));
    var rows = chat.visible();

    assertRows(
        chat.store().readPage(chat.id(), new FeedPage(0, Long.MAX_VALUE, 0, 0, 2, 1 << 20)),
        rows.subList(0, 2));
    assertRows(
        chat.store().readPage(chat.id(), new FeedPage(0, Long.MAX_VALUE, 0, 0, 9, 1)),
        rows.subList(0, 1));
    assertThat(chat.store().readPage(new ChatId(UUID.randomUUID()), ALL)).isEmpty();
  }

  @Test
  void resume_withNothingDeleted_keepsWhatIsHeld() {
    chat.answered("one");
    var rows = chat.visible();
    var now = chat.row().versions().history();

    assertThat(resume(1L, null, now)).isEqualTo(new ResumeFacts(false, rows.getFirst().id()));
    assertThat(resume(now, rows.getLast().id(), now))
        .isEqualTo(new ResumeFacts(false, rows.getLast().id()));
    assertThat(resume(null, rows.getLast().id(), now)).isEqualTo(new ResumeFacts(false, 0));
  }

  @Test
  void resume_heldRowWasDeleted_isTold() {
    chat.answered("one");
    var rows = chat.visible();
    var before = chat.row().versions().history();
    var now = history(chat.done(chat.edit(rows.getFirst().id(), "other")));

    assertThat(resume(before, rows.getLast().id(), now).heldRowDeleted()).isTrue();
    assertThat(resume(before, null, now).heldRowDeleted()).isTrue();
    assertThat(resume(null, rows.getFirst().id(), now).heldRowDeleted()).isTrue();
  }

  @Test
  void resume_holdingNoneOfTheDeletedRows_isNot() {
    chat.answered("one");
    var held = chat.visible();
    var before = chat.row().versions().history();
    var sent = chat.done(chat.send("two")).inserted().getFirst();
    var between = chat.row().versions().history();
    var now = history(chat.done(chat.edit(sent.id(), "instead")));

    // Inserted and deleted while the viewer was away: it never had that row.
    assertThat(resume(before, null, now)).isEqualTo(new ResumeFacts(false, held.getLast().id()));
    assertThat(resume(before, held.getLast().id(), now).heldRowDeleted()).isFalse();
    assertThat(resume(before, 0L, now).heldRowDeleted()).isFalse();
    assertThat(resume(null, held.getLast().id(), now).heldRowDeleted()).isFalse();
    // One who had it, by version or by id.
    assertThat(resume(between, null, now).heldRowDeleted()).isTrue();
    assertThat(resume(before, sent.id(), now).heldRowDeleted()).isTrue();
  }

  @Test
  void resume_rowDeletedAfterTheSync_countsAsHeld() {
    chat.answered("one");
    var now = chat.row().versions().history();
    var first = chat.visible().getFirst();
    chat.done(new ChatCommand.Clear(chat.user()));

    // The cut is for the next sync, which must know that the viewer has what it hits.
    var facts = resume(now, null, now);

    assertThat(facts.heldRowDeleted()).isFalse();
    assertThat(facts.lastIdAtHistory()).isGreaterThanOrEqualTo(first.id());
  }

  @Test
  void versions_areThoseOfTheChatsThatExist() {
    var other = TestChat.create(fixture);
    var missing = new ChatId(UUID.randomUUID());
    chat.done(chat.send("queued"));

    var versions = chat.store().versions(List.of(chat.id(), other.id(), missing));

    assertThat(versions)
        .hasSize(2)
        .containsEntry(chat.id(), chat.row().versions())
        .containsEntry(other.id(), other.row().versions());
    assertThat(chat.store().versions(List.of())).isEmpty();
  }

  private static MessageBody calling(String... ids) {
    var calls =
        Stream.of(ids)
            .<ContentPart>map(id ->
                new ContentPart.ToolCall(
                    id, "pick", new RawJson("{\"for\":\"" + id + "\"}"), ToolOrigin.NONE, null))
            .toList();
    return new MessageBody(Role.ASSISTANT, calls, null, UUID.randomUUID(), null);
  }

  private ResumeFacts resume(@Nullable Long history, @Nullable Long held, long now) {
    return chat.store().resumeFacts(chat.id(), new ResumeQuery(history, held, now));
  }

  private List<FeedRow> page(long afterId, long revisionMax, long revisionAbove, long idAbove) {
    return chat.store()
        .readPage(
            chat.id(), new FeedPage(afterId, revisionMax, revisionAbove, idAbove, 100, 1 << 20));
  }

  private void assertRows(List<FeedRow> rows, List<Message> messages) {
    assertThat(rows).extracting(FeedRow::id).isEqualTo(messages.stream().map(Message::id).toList());
    for (var i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i).revision()).isEqualTo(messages.get(i).revision());
      assertThat(rows.get(i).message()).isEqualTo(fixture.encoded(chat.id(), messages.get(i)));
    }
  }

  private static long history(Outcome.Done done) {
    return done.chat().row().versions().history();
  }
}
