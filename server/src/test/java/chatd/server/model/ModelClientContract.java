package chatd.server.model;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.ContentPart;
import chatd.core.part.Part;
import chatd.core.turn.ModelFault;
import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelException;
import chatd.engine.port.ModelRequest;
import chatd.server.wire.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the worker relies on, whatever provider is behind the port.
abstract class ModelClientContract {
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  /// A way to answer that every client can be brought to.
  enum Manner {
    /// Answers in several text parts and ends.
    COMPLETE,
    /// Asks for one tool call, in several pieces, and ends.
    CALLS_A_TOOL,
    /// Answers with some text and breaks off with an error worth another attempt.
    FAILS,
    /// Answers with some text and breaks off with a final error.
    FAILS_FOR_GOOD,
    /// Says nothing at all.
    SILENT,
    /// Answers with some text and falls silent.
    HANGS,
    /// Answers with part after part, for longer than anybody wants to hear.
    ENDLESS
  }

  abstract ModelClient client();

  /// A request that is answered in this manner.
  abstract ModelRequest request(Manner manner);

  @Test
  void run_completeAnswer_handsOnItsPartsAndTheUsage() throws Exception {
    var answering = start(Manner.COMPLETE);
    var completion = answering.completion();
    assertThat(completion.usage()).isNotNull();
    assertThat(completion.cutShort()).isFalse();
    assertThat(answering.text()).isNotEmpty();
    assertThat(answering.parts()).hasSizeGreaterThan(1);
    assertThat(answering.parts()).noneMatch(ModelClientContract::isEmptyDelta);
  }

  @Test
  void run_sameRequestAgain_isAnotherCall() throws Exception {
    var first = start(Manner.COMPLETE);
    first.completion();
    var second = start(Manner.COMPLETE);
    second.completion();
    assertThat(second.parts()).isEqualTo(first.parts());
  }

  @Test
  void run_manyCallsAtOnce_doNotMix() throws Exception {
    var answers = new ArrayList<Answering>();
    for (var i = 0; i < 20; i++) {
      answers.add(start(Manner.COMPLETE));
    }
    for (var answering : answers) {
      answering.completion();
      assertThat(answering.parts()).isEqualTo(answers.getFirst().parts());
    }
  }

  @Test
  void run_toolCall_isShownInPiecesAndThenWholeOnce() throws Exception {
    var answering = start(Manner.CALLS_A_TOOL);
    answering.completion();
    var deltas = new StringBuilder();
    List<ContentPart.ToolCall> calls = new ArrayList<>();
    for (var part : answering.parts()) {
      if (part instanceof Part.ArgsDelta delta) {
        assertThat(calls).isEmpty();
        deltas.append(delta.delta());
      }
      if (part instanceof Part.Whole(ContentPart.ToolCall call)) {
        calls.add(call);
      }
    }
    assertThat(calls).hasSize(1);
    assertThat(Json.raw(deltas.toString())).isEqualTo(calls.getFirst().args());
  }

  @Test
  void run_failure_isAnErrorWorthAnotherAttempt() throws Exception {
    var answering = start(Manner.FAILS);
    var fault = answering.fault();
    assertThat(fault.kind()).isEqualTo(ModelFault.Kind.REFUSED);
    assertThat(fault.error().retryable()).isTrue();
    assertThat(fault.error().message()).isNotEmpty();
    assertThat(answering.text()).isNotEmpty();
  }

  @Test
  void run_failureForGood_isAFinalError() throws Exception {
    var fault = start(Manner.FAILS_FOR_GOOD).fault();
    assertThat(fault.kind()).isEqualTo(ModelFault.Kind.REFUSED);
    assertThat(fault.error().retryable()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void cancel_beforeRun_handsOnNothing(Manner manner) throws Exception {
    var call = client().call(request(manner));
    call.cancel();
    var answering = Answering.start(call);
    assertCancelled(answering);
    assertThat(answering.parts()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"SILENT", "HANGS"})
  void cancel_whileNothingComes_endsAtOnce(Manner manner) throws Exception {
    var answering = start(manner);
    answering.awaitParts(manner == Manner.HANGS ? 1 : 0);
    answering.cancel();
    assertCancelled(answering);
  }

  @ParameterizedTest
  @EnumSource(names = {"SILENT", "HANGS"})
  void interrupt_whileNothingComes_isACancel(Manner manner) throws Exception {
    var answering = start(manner);
    answering.awaitParts(manner == Manner.HANGS ? 1 : 0);
    answering.interrupt();
    assertCancelled(answering);
  }

  @Test
  void cancel_whilePartsFlow_endsAtOnce() throws Exception {
    for (var parts = 0; parts < 20; parts++) {
      var answering = start(Manner.ENDLESS);
      answering.awaitParts(parts);
      answering.cancel();
      assertCancelled(answering);
    }
  }

  @Test
  void cancel_fromTheSink_handsOnNothingMore() throws Exception {
    var call = client().call(request(Manner.ENDLESS));
    var answering = Answering.start(call, _ -> call.cancel());
    assertCancelled(answering);
    assertThat(answering.parts()).hasSize(1);
  }

  @Test
  void cancel_twice_isOne() throws Exception {
    var answering = start(Manner.HANGS);
    answering.awaitParts(1);
    answering.cancel();
    answering.cancel();
    assertCancelled(answering);
    answering.cancel();
  }

  @Test
  void run_sinkFails_passesItOn() throws Exception {
    var refused = new IllegalStateException("sealed");
    var answering =
        Answering.start(
            client().call(request(Manner.ENDLESS)),
            _ -> {
              throw refused;
            });
    assertThat(answering.failure(AT_ONCE)).isSameAs(refused);
  }

  private Answering start(Manner manner) {
    return Answering.start(client().call(request(manner)));
  }

  private static boolean isEmptyDelta(Part part) {
    return switch (part) {
      case Part.TextDelta(var text) -> text.isEmpty();
      case Part.ReasoningDelta(var text) -> text.isEmpty();
      case Part.ArgsDelta delta -> delta.delta().isEmpty();
      case Part.ResultDelta delta -> delta.delta().isEmpty();
      case Part.ResultReset _, Part.Whole _ -> false;
    };
  }

  private static void assertCancelled(Answering answering) throws InterruptedException {
    assertThat(((ModelException) answering.failure(AT_ONCE)).fault().kind())
        .isEqualTo(ModelFault.Kind.CANCELLED);
  }
}
