package chatd.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.core.message.ToolOrigin;
import chatd.core.message.Usage;
import chatd.core.part.Part;
import chatd.core.turn.ModelFault;
import chatd.engine.port.ModelClient;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Answers over real sockets. How they break off is the matter of [ModelFaultMomentsContract], how
/// errors are named that of [ProviderFaultsTest].
class OpenAiClientTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final ManualTime time = new ManualTime();
  private final FakeProvider provider = FakeProvider.start();
  private final OpenAiClient client =
      new OpenAiClient(new OpenAiEndpoint(provider.baseUrl(), new ApiKey("sk-secret")), time);

  @AfterEach
  void close() {
    client.close();
    provider.close();
  }

  @Test
  void run_request_goesToTheEndpointWithTheKey() throws Exception {
    ask("Hi").completion();
    var request = provider.awaitRequest();
    assertThat(request.requestLine()).isEqualTo("POST /v1/chat/completions HTTP/1.1");
    assertThat(request.header("authorization")).isEqualTo("Bearer sk-secret");
    assertThat(request.header("upgrade")).isEmpty();
    assertThat(request.lastUserText()).isEqualTo("Hi");
  }

  @Test
  void run_answer_handsOnEachDeltaAndEndsWithUsage() throws Exception {
    provider.next(
        Script.begin()
            .reasoning("Let me ", "see.")
            .text("Hel", "lo")
            .finish("stop")
            .event(
                """
                {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12,\
                "prompt_tokens_details":{"cached_tokens":3},\
                "completion_tokens_details":{"reasoning_tokens":2}}}\
                """)
            .done());
    var answering = ask("Hi");
    assertThat(answering.completion().usage())
        .isEqualTo(new Usage(7L, 5L, 12L, 2L, null, 3L, null));
    assertThat(answering.completion().cutShort()).isFalse();
    assertThat(answering.parts())
        .containsExactly(
            new Part.ReasoningDelta("Let me "),
            new Part.ReasoningDelta("see."),
            new Part.TextDelta("Hel"),
            new Part.TextDelta("lo"));
  }

  @Test
  void run_deltas_areHandedOnBeforeTheNextOneComes() throws Exception {
    var gate = new CountDownLatch(1);
    provider.next(Script.begin().text("Hel").pause(gate).text("lo").finish("stop").done());
    var answering = ask("Hi");
    answering.awaitParts(1);
    gate.countDown();
    answering.completion();
    assertThat(answering.text()).isEqualTo("Hello");
  }

  @Test
  void run_toolCalls_areShownAsTheyComeAndThenWhole() throws Exception {
    provider.next(
        Script.begin()
            .call(0, "a", "read", "")
            .arguments(0, "{\"path\":", "\"x\"}")
            .call(1, "b", "list", "")
            .finish("tool_calls")
            .done());
    var answering = ask("Hi");
    answering.completion();
    assertThat(answering.parts())
        .containsExactly(
            new Part.ArgsDelta("a", "read", "{\"path\":", ToolOrigin.NONE),
            new Part.ArgsDelta("a", "read", "\"x\"}", ToolOrigin.NONE),
            whole("a", "read", "{\"path\":\"x\"}"),
            whole("b", "list", "{}"));
  }

  @Test
  void run_anyText_cutAtAnyByte_survives() throws Exception {
    var text = "é€😀\u0000\u2028\"\\\ud800.\udc00";
    for (var size = 1; size < 12; size++) {
      provider.next(Script.answer(text, text).inPieces(size));
      var answering = ask("Hi");
      answering.completion();
      assertThat(answering.text()).isEqualTo(text + text);
    }
  }

  @Test
  void run_thoughtsUnderEitherName_comeOnce() throws Exception {
    provider.next(
        Script.begin()
            .event("{\"choices\":[{\"delta\":{\"reasoning\":\"a\",\"content\":null}}]}")
            .event("{\"choices\":[{\"delta\":{\"reasoning\":\"b\",\"reasoning_content\":\"b\"}}]}")
            .finish("stop"));
    var answering = ask("Hi");
    answering.completion();
    assertThat(answering.parts())
        .containsExactly(new Part.ReasoningDelta("a"), new Part.ReasoningDelta("b"));
  }

  @Test
  void run_contentInBlocks_isReadBlockByBlock() throws Exception {
    provider.next(
        Script.begin()
            .event(
                """
                {"choices":[{"delta":{"content":[{"type":"thinking","thinking":[\
                {"type":"text","text":"Let me "},{"type":"text","text":"see."}]}]}}]}\
                """)
            .event(
                """
                {"choices":[{"delta":{"content":[{"type":"text","text":"Hel"},\
                {"type":"reference","reference_ids":[1]},{"type":"text","text":"lo"}]}}]}\
                """)
            .finish("stop"));
    var answering = ask("Hi");
    answering.completion();
    assertThat(answering.parts())
        .containsExactly(new Part.ReasoningDelta("Let me see."), new Part.TextDelta("Hello"));
  }

  @Test
  void run_again_usesTheSameConnection() throws Exception {
    for (var i = 0; i < 5; i++) {
      ask("Hi").completion();
      time.awaitNoTimer();
    }
    assertThat(provider.requests()).hasSize(5);
    assertThat(provider.connectionCount()).isEqualTo(1);
  }

  @Test
  void run_usageInAnotherForm_doesNotSpoilTheAnswer() throws Exception {
    provider.next(
        Script.begin()
            .text("Hello")
            .finish("stop")
            .event(
                """
                {"choices":[],"usage":{"prompt_tokens":1.5,"completion_tokens":"two",\
                "total_tokens":99999999999999999999,"prompt_tokens_details":null,\
                "completion_tokens_details":{"reasoning_tokens":-1}}}\
                """));
    assertThat(ask("Hi").completion().usage())
        .isEqualTo(new Usage(null, null, null, null, null, null, null));
  }

  @Test
  void run_finishedWithoutDone_isComplete() throws Exception {
    provider.next(Script.begin().text("Hello").finish("stop").usage(1, 2));
    assertThat(ask("Hi").completion().usage())
        .isEqualTo(new Usage(1L, 2L, 3L, null, null, null, null));
  }

  @Test
  void run_emptyFinishReason_isNone() throws Exception {
    var event = "{\"choices\":[{\"delta\":{\"content\":\"Hel\"},\"finish_reason\":\"\"}]}";
    var gate = new CountDownLatch(1);
    provider.next(Script.begin().event(event).text("l").pause(gate).text("o").finish("stop"));
    var answering = ask("Hi");
    answering.awaitParts(2);
    time.advance(LONG); // A wait for the usage would be over by now.
    gate.countDown();
    answering.completion();
    assertThat(answering.text()).isEqualTo("Hello");
  }

  @Test
  void run_emptyFinishReasonThenTheEnd_isADrop() throws Exception {
    provider.next(Script.begin().text("Hel").finish(""));
    assertThat(ask("Hi").fault().kind()).isEqualTo(ModelFault.Kind.DROPPED);
  }

  @Test
  void run_twoValuesInOneEvent_isMalformed() throws Exception {
    var event = "data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n";
    provider.next(
        Script.begin()
            .raw(event.formatted("Hel") + event.formatted("lo") + "\n")
            .finish("stop")
            .done());
    assertThat(ask("Hi").fault().kind()).isEqualTo(ModelFault.Kind.MALFORMED);
  }

  @Test
  void run_eventsWithNothingIn_arePassedOver() throws Exception {
    provider.next(Script.begin().event("").text("Hello").event("  ").finish("stop").done());
    var answering = ask("Hi");
    answering.completion();
    assertThat(answering.text()).isEqualTo("Hello");
  }

  @Test
  void run_finishedThenCutOff_isCompleteWithoutUsage() throws Exception {
    var seen = new CountDownLatch(1);
    provider.next(Script.begin().text("Hello").finish("stop").text(".").pause(seen).reset());
    var answering = ask("Hi");
    answering.awaitParts(2);
    seen.countDown();
    assertThat(answering.completion().usage()).isNull();
  }

  @Test
  void run_finishedThenSilent_isCompleteAfterAShortWait() throws Exception {
    provider.next(Script.begin().text("Hello").finish("stop").hang());
    var answering = ask("Hi");
    time.awaitTimer();
    time.advance(LONG);
    assertThat(answering.completion().usage()).isNull();
    assertThat(provider.awaitRequest().isClosedByClient(Answering.PATIENCE)).isTrue();
  }

  @Test
  void run_doneThenSilent_isCompleteAtOnceAndClosedLater() throws Exception {
    provider.next(Script.answer("Hello").hang());
    assertThat(ask("Hi").completion().usage()).isNotNull();
    time.advance(LONG);
    assertThat(provider.awaitRequest().isClosedByClient(Answering.PATIENCE)).isTrue();
  }

  @Test
  void run_lengthLimit_isCutShortAndDropsTheOpenCall() throws Exception {
    provider.next(Script.begin().text("Hel").call(0, "a", "read", "{\"pa").finish("length").done());
    var answering = ask("Hi");
    assertThat(answering.completion().cutShort()).isTrue();
    assertThat(answering.parts())
        .containsExactly(
            new Part.TextDelta("Hel"), new Part.ArgsDelta("a", "read", "{\"pa", ToolOrigin.NONE));
  }

  @Test
  void run_brokenArguments_handsOnNoCallAtAll() throws Exception {
    provider.next(
        Script.begin()
            .call(0, "a", "read", "{}")
            .call(1, "b", "read", "{\"pa")
            .finish("tool_calls")
            .done());
    var answering = ask("Hi");
    assertThat(answering.fault().kind()).isEqualTo(ModelFault.Kind.MALFORMED);
    assertThat(answering.parts()).noneMatch(Part.Whole.class::isInstance);
  }

  @Test
  void run_sinkFails_passesItOnAndClosesTheConnection() throws Exception {
    provider.next(Script.begin().text("Hello").hang());
    var refused = new IllegalStateException("sealed");
    var answering =
        Answering.start(
            client.call(Asked.user("Hi")),
            _ -> {
              throw refused;
            });
    assertThat(answering.failure(Answering.PATIENCE)).isSameAs(refused);
    assertThat(provider.awaitRequest().isClosedByClient(Answering.PATIENCE)).isTrue();
  }

  @Test
  void cancel_beforeRun_sendsNothing() throws Exception {
    var call = client.call(Asked.user("Hi"));
    call.cancel();
    assertThat(Answering.start(call).fault().kind()).isEqualTo(ModelFault.Kind.CANCELLED);
    assertThat(provider.requests()).isEmpty();
  }

  @Test
  void cancel_fromTheSink_endsTheAnswerThere() throws Exception {
    provider.next(Script.answer("a", "b", "c"));
    var call = client.call(Asked.user("Hi"));
    var answering = Answering.start(call, _ -> call.cancel());
    assertThat(answering.fault().kind()).isEqualTo(ModelFault.Kind.CANCELLED);
    assertThat(answering.text()).isEqualTo("a");
  }

  @Test
  void cancel_afterFinish_isACancel() throws Exception {
    provider.next(Script.begin().text("Hello").finish("stop").hang());
    var answering = ask("Hi");
    time.awaitTimer();
    answering.cancel();
    assertThat(answering.fault().kind()).isEqualTo(ModelFault.Kind.CANCELLED);
  }

  @Test
  void cancel_afterTheEnd_changesNothing() throws Exception {
    var answering = ask("Hi");
    answering.completion();
    answering.cancel();
    assertThat(answering.text()).isEqualTo("Hi");
  }

  @Test
  void cancel_racingTheStart_neverLeavesAConnectionOpen() throws Exception {
    provider.otherwise(_ -> Script.begin().text("Hello").hang());
    for (var spins = 0; spins < 100; spins++) {
      var answering = ask("Hi");
      for (var i = 0; i < spins * 200; i++) {
        Thread.onSpinWait();
      }
      answering.cancel();
      assertThat(answering.fault().kind()).isEqualTo(ModelFault.Kind.CANCELLED);
    }
    for (var request : provider.requests()) {
      assertThat(request.isClosedByClient(Answering.PATIENCE)).isTrue();
    }
  }

  @Test
  void interrupt_keepsTheInterruptOfTheThread() throws Exception {
    provider.next(Script.begin().text("Hello").hang());
    var call = client.call(Asked.user("Hi"));
    var flag = new CountDownLatch(1);
    var thread =
        Thread.ofVirtual()
            .start(() -> {
              assertThatThrownBy(() -> call.run(new IgnoringSink()));
              if (Thread.currentThread().isInterrupted()) {
                flag.countDown();
              }
            });
    provider.awaitRequest();
    thread.interrupt();
    thread.join();
    assertThat(flag.getCount()).isZero();
  }

  private Answering ask(String text) {
    return Answering.start(client.call(Asked.user(text)));
  }

  private static Part whole(String id, String name, String arguments) {
    return new Part.Whole(
        new ContentPart.ToolCall(
            id, name, new RawJson(arguments), ToolOrigin.NONE, ManualTime.NOW));
  }

  private static final class IgnoringSink implements ModelClient.Sink {
    @Override
    public void part(Part part) {}

    @Override
    public void state(ContentPart.ProviderState state) {}
  }
}
