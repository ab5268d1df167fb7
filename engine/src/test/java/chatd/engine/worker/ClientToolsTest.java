package chatd.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.Refusal;
import chatd.core.message.ContentPart;
import chatd.core.message.ContentPart.ToolResult;
import chatd.core.message.RawJson;
import chatd.core.message.ToolOrigin;
import chatd.core.message.ToolSpec;
import chatd.core.part.Part;
import chatd.core.part.PartLog;
import chatd.engine.port.Outcome;
import chatd.engine.port.TestChat;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Turns whose tools the client runs: asked for once, waited for as long as is promised, whatever
/// becomes of the replica that asked.
class ClientToolsTest {
  private static final Duration ALLOWED = WorkerLimits.DEFAULT.patience().clientTools();

  private final WorkerStage stage = new WorkerStage();
  private final TestChat chat = stage.chatWithTools("look", "read");

  private void answer(Part... calls) {
    Stream.of(calls).forEach(call -> stage.model.last().say(call));
    stage.model.last().complete();
    stage.thread.settle();
  }

  private static Part call(String id, String tool) {
    return new Part.Whole(
        new ContentPart.ToolCall(id, tool, RawJson.EMPTY_OBJECT, ToolOrigin.NONE, null));
  }

  private Outcome give(String... ids) {
    var results =
        Stream.of(ids)
            .map(
                id -> new ToolResult(id, "", new RawJson("\"seen\""), false, ToolOrigin.NONE, null))
            .toList();
    return stage.apply(chat.id(), new ChatCommand.GiveToolResults(chat.user(), results));
  }

  private ChatStatus status() {
    return stage.row(chat.id()).status();
  }

  @Test
  void model_isOfferedTheToolsInEveryStep_andTheTurnWaitsForTheirResults() {
    assertThat(stage.model.last().request().tools())
        .extracting(ToolSpec::name)
        .containsExactly("look", "read");

    answer(call("c1", "look"), call("c2", "read"));
    assertThat(status()).isEqualTo(ChatStatus.REQUIRES_ACTION);
    assertThat(stage.row(chat.id()).turn().actionDeadline())
        .isBetween(stage.time.now().plus(ALLOWED), stage.time.now().plus(ALLOWED).plusMillis(1));
    assertThat(stage.membership.runningTurns()).isZero();

    assertThat(give("c1")).isInstanceOf(Outcome.Refused.class);
    assertThat(give("c2", "c1")).isInstanceOf(Outcome.Done.class);
    assertThat(stage.model.last().request().tools()).hasSize(2);
    stage.model.last().say("Seen.");
    answer();

    assertThat(stage.history(chat.id()))
        .containsExactly(
            "user: first",
            "assistant: call c1, call c2",
            "tool: result c1",
            "tool: result c2",
            "assistant: Seen.");
    assertThat(status()).isEqualTo(ChatStatus.WAITING);
  }

  @Test
  void otherCalls_getTheirResultsFirst() {
    answer(call("c1", "look"), call("c2", "nobody"), call("c3", "read"));

    assertThat(stage.history(chat.id()))
        .containsExactly("user: first", "assistant: call c1, call c2, call c3", "tool: error c2");
    assertThat(stage.logs.newest(chat.id()))
        .as("the result as a part")
        .extracting(PartLog::last)
        .isEqualTo(1L);
    assertThat(give("c1", "c2", "c3")).isInstanceOf(Outcome.Refused.class);
    assertThat(give("c1", "c3")).isInstanceOf(Outcome.Done.class);
    assertThat(stage.history(chat.id())).endsWith("tool: result c1", "tool: result c3");
  }

  @Test
  void deadline_isKeptByAnyReplica_andTheTurnGoesOn() {
    answer(call("c1", "look"));
    var other = WorkerStage.beside(stage);
    stage.kill();
    other.advance(ALLOWED.minusSeconds(1));
    assertThat(status()).isEqualTo(ChatStatus.REQUIRES_ACTION);
    assertThat(stage.model.requests()).hasSize(1);

    other.advance(Duration.ofSeconds(5));
    assertThat(stage.model.requests()).hasSize(2);
    assertThat(stage.history(chat.id())).endsWith("tool: error c1");
    assertThat(give("c1"))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused ->
                assertThat(refused.why())
                    .isEqualTo(new Refusal.NotWaitingForTools(ChatStatus.RUNNING)));
    answer();
    assertThat(status()).isEqualTo(ChatStatus.WAITING);
  }

  @Test
  void deadline_ofAChatThatWasTakenOver_isNotPutOff() {
    answer(call("c1", "look"));
    var deadline = stage.row(chat.id()).turn().actionDeadline();
    stage.kill();
    var next = WorkerStage.inPlaceOf(stage);
    next.advance(Duration.ofMinutes(1));

    assertThat(stage.row(chat.id()).turn().actionDeadline()).isEqualTo(deadline);
    assertThat(give("c1")).isInstanceOf(Outcome.Done.class);
    next.thread.settle();
    assertThat(stage.model.requests()).hasSize(2);
  }

  @Test
  void results_forAnIdThatTheProviderUsesAgain_neverCountForTheNextStep() {
    answer(call("c1", "look"));
    assertThat(give("c1")).isInstanceOf(Outcome.Done.class);
    answer(call("c1", "look"));
    assertThat(status()).isEqualTo(ChatStatus.REQUIRES_ACTION);

    assertThat(give("c1"))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused ->
                assertThat(refused.why())
                    .isEqualTo(
                        new Refusal.WrongResults(List.of(), List.of("c1"), List.of("c1_2"))));
    assertThat(give("c1_2")).isInstanceOf(Outcome.Done.class);
  }
}
