package chatd.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.WhenBusy;
import chatd.core.chat.ChatStatus;
import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.core.message.Role;
import chatd.core.message.ToolOrigin;
import chatd.core.part.Part;
import chatd.engine.fake.ScriptedModel;
import chatd.engine.port.Hint;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Tasks that are still on their way when the chat has moved on: they show nothing, ask nobody, and
/// stand in nobody's way.
class LateTaskTest {
  private final WorkerStage stage = new WorkerStage();

  @Test
  void stop_whileTheStepReadsItsHistory_asksNoModel() {
    var history = stage.store.holdContext();
    var chat = stage.chat();

    stage.apply(chat.id(), new ChatCommand.Interrupt(chat.user()));
    assertThat(stage.row(chat.id()).status()).isEqualTo(ChatStatus.WAITING);
    history.countDown();
    stage.thread.settle();

    assertThat(stage.model.requests()).isEmpty();
    assertThat(stage.logs.newest(chat.id())).isNull();
  }

  @Test
  void edit_whileTheStepReadsItsHistory_leavesTheNewAnswerAlone() {
    var history = stage.store.holdContext();
    var chat = stage.chat();
    var id = stage.fixture.store().history(chat.id()).getLast().id();
    stage.apply(
        chat.id(),
        new ChatCommand.Edit(chat.user(), id, WorkerStage.body(chat.user(), "better"), null));
    var answer = stage.model.last().say("Hel");
    stage.thread.settle();

    history.countDown();
    stage.thread.settle();
    answer.say("lo").complete();
    stage.thread.settle();

    assertThat(stage.model.requests()).hasSize(1);
    assertThat(stage.history(chat.id())).containsExactly("user: better", "assistant: Hello");
    assertThat(stage.log(chat.id())).isEqualTo("Hello");
    assertThat(stage.broken).isEmpty();
  }

  @Test
  void stopWithAQueue_whileTheStepReadsItsHistory_stopsTheRightRequestLater() {
    var history = stage.store.holdContext();
    var chat = stage.chat();
    stage.send(chat, "second", WhenBusy.INTERRUPT);
    var answer = stage.model.last();
    history.countDown();
    stage.thread.settle();
    answer.say("partial");
    stage.thread.settle();

    stage.apply(chat.id(), new ChatCommand.Interrupt(chat.user()));

    assertThat(answer.isCancelled()).isTrue();
    assertThat(stage.model.requests()).hasSize(1);
    assertThat(stage.history(chat.id()))
        .containsExactly("user: first", "user: second", "assistant: partial");
  }

  @Test
  void takeover_whileTheStepReadsItsHistory_showsNoModelTheCallsOfTheOther() {
    var history = stage.store.holdContext();
    var chat = stage.chatWithTools("look");
    var other = WorkerStage.beside(stage);
    stage.pubsub.disturb(_ -> List.of()); // It is not told of anything.
    var peers = stage.fixture.directory().look(other.membership.id()).peers();
    stage
        .fixture
        .directory()
        .declareDead(stage.membership.id(), peers.getFirst().beat())
        .forEach(row -> other.hints.announce(Hint.of(row)));
    stage.thread.settle();
    stage.model.last().say(call("c1")).complete();
    stage.thread.settle();
    assertThat(stage.row(chat.id()).status()).isEqualTo(ChatStatus.REQUIRES_ACTION);

    history.countDown();
    stage.thread.settle();

    assertThat(stage.model.requests()).hasSize(1);
  }

  @Test
  void stop_whileTheAttemptIsBeingRecorded_asksNoModel() {
    var chat = stage.chat();
    var recording = stage.store.hold(ChatCommand.RecordAttempt.class);
    stage.model.last().fail(ScriptedModel.overloaded());
    stage.advance(Duration.ofMillis(1500));

    stage.apply(chat.id(), new ChatCommand.Interrupt(chat.user()));
    recording.countDown();
    stage.thread.settle();

    assertThat(stage.row(chat.id()).status()).isEqualTo(ChatStatus.WAITING);
    assertThat(stage.model.requests()).hasSize(1);
  }

  @Test
  void attemptThatWasRecordedSlowly_asksNoModelWithoutASignOfLife() {
    var chat = stage.chat();
    var recording = stage.store.hold(ChatCommand.RecordAttempt.class);
    stage.model.last().fail(ScriptedModel.overloaded());
    stage.advance(Duration.ofMillis(1500));
    stage.directory.down = true;
    stage.advance(Duration.ofSeconds(6));
    recording.countDown();
    stage.advance(Duration.ofSeconds(2));
    assertThat(stage.model.requests()).hasSize(1);

    stage.directory.down = false;
    stage.advance(Duration.ofSeconds(2));
    assertThat(stage.model.requests()).hasSize(2);
    stage.model.last().say("Hello").complete();
    stage.thread.settle();
    assertThat(stage.history(chat.id())).containsExactly("user: first", "assistant: Hello");
  }

  @Test
  void stop_whileAStepIsCommitted_keepsAllOfItsAnswer() {
    var chat = stage.chat();
    var commit = stage.store.hold(ChatCommand.CommitStep.class);
    stage.model.last().say("Hello").complete();
    stage.thread.settle();

    stage.apply(chat.id(), new ChatCommand.Interrupt(chat.user()));
    commit.countDown();
    stage.thread.settle();

    assertThat(stage.history(chat.id())).containsExactly("user: first", "assistant: Hello");
    assertThat(stage.row(chat.id()).status()).isEqualTo(ChatStatus.WAITING);
  }

  @Test
  void stop_whileAStepCannotBeCommitted_doesNotWaitForIt() {
    var chat = stage.chat();
    stage.store.cannotReach(ChatCommand.CommitStep.class);
    stage.model.last().say("Hello").complete();
    stage.advance(Duration.ofSeconds(30));

    stage.apply(chat.id(), new ChatCommand.Interrupt(chat.user()));
    stage.advance(Duration.ofSeconds(1));

    assertThat(stage.history(chat.id())).containsExactly("user: first", "assistant: Hello");
    assertThat(stage.row(chat.id()).status()).isEqualTo(ChatStatus.WAITING);
  }

  @Test
  void stop_whileARoundOfToolsIsCommitted_keepsItsResultsAsThoseOfTools() {
    var chat = stage.chat();
    var recorded = stage.store.hold(ChatCommand.RecordAttempt.class);
    stage.model.last().say(call("c1")).complete();
    stage.thread.settle();
    var commit = stage.store.hold(ChatCommand.CommitStep.class);
    recorded.countDown();
    stage.thread.settle();

    stage.apply(chat.id(), new ChatCommand.Interrupt(chat.user()));
    commit.countDown();
    stage.thread.settle();

    assertThat(stage.history(chat.id()))
        .containsExactly("user: first", "assistant: call c1", "tool: error c1");
    assertThat(stage.row(chat.id()).status()).isEqualTo(ChatStatus.WAITING);
  }

  @Test
  void stop_namesTheModelThatGaveThePartialAnswer() {
    var chat = stage.chat();
    stage.model.last().say("partial");
    stage.thread.settle();

    stage.apply(chat.id(), new ChatCommand.Interrupt(chat.user()));

    assertThat(stage.fixture.store().history(chat.id()))
        .filteredOn(message -> message.body().role() == Role.ASSISTANT)
        .extracting(message -> message.body().modelConfigId())
        .containsExactly(ScriptedModel.MODEL.id());
  }

  private static Part call(String id) {
    return new Part.Whole(
        new ContentPart.ToolCall(id, "look", RawJson.EMPTY_OBJECT, ToolOrigin.NONE, null));
  }
}
