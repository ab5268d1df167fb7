package chatd.server.model;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatError;
import chatd.core.turn.ModelFault;
import chatd.engine.port.ModelException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every way in which an answer can break off, at every moment: each is seen as what it is.
///
/// The provider waits at the moment until the client has seen everything before it, so a fault
/// never overtakes the parts.
class ModelFaultMomentsTest {
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private final FakeProvider provider = FakeProvider.start();
  private final OpenAiClient client =
      new OpenAiClient(new OpenAiEndpoint(provider.baseUrl(), null), new ManualTime());

  /// How far the answer has come when the fault happens.
  enum Moment {
    BEFORE_HEADERS(0),
    BEFORE_FIRST_EVENT(0),
    MID_TEXT(2),
    MID_ARGUMENTS(2),
    AFTER_LAST_TEXT(1);

    private final int parts;

    Moment(int parts) {
      this.parts = parts;
    }

    private Script before() {
      var nothing = Script.begin();
      return switch (this) {
        case BEFORE_HEADERS -> nothing;
        case BEFORE_FIRST_EVENT -> nothing.headers();
        case MID_TEXT -> nothing.text("Hel", "lo");
        case MID_ARGUMENTS -> nothing.text("I look.").call(0, "c", "read", "{\"pa");
        case AFTER_LAST_TEXT -> nothing.text("Hello.");
      };
    }
  }

  @AfterEach
  void close() {
    client.close();
    provider.close();
  }

  @ParameterizedTest
  @EnumSource
  void reset_isADroppedConnection(Moment moment) throws Exception {
    assertDropped(fault(moment, Script.begin().reset()));
  }

  @ParameterizedTest
  @EnumSource
  void closeWithoutTheEnd_isADroppedConnection(Moment moment) throws Exception {
    assertDropped(fault(moment, Script.begin().close()));
  }

  @ParameterizedTest
  @EnumSource
  void properEndWithoutFinishReason_isADroppedConnection(Moment moment) throws Exception {
    assertDropped(fault(moment, Script.begin()));
  }

  @ParameterizedTest
  @EnumSource
  void doneWithoutFinishReason_isADroppedConnection(Moment moment) throws Exception {
    assertDropped(fault(moment, Script.begin().done()));
  }

  @ParameterizedTest
  @EnumSource
  void errorInTheStream_isTheProvidersError(Moment moment) throws Exception {
    var fault =
        fault(
            moment,
            Script.begin()
                .event("{\"error\":{\"message\":\"engine on fire\",\"code\":503}}")
                .hang());
    assertThat(fault.kind()).isEqualTo(ModelFault.Kind.REFUSED);
    assertThat(fault.error())
        .isEqualTo(
            new ChatError(
                "The model provider is overloaded.",
                true,
                ChatError.Kind.OVERLOADED,
                "engine on fire",
                "openai",
                503));
  }

  @ParameterizedTest
  @EnumSource
  void garbage_isMalformed(Moment moment) throws Exception {
    var fault = fault(moment, Script.begin().event("{\"choices\":[{\"delta\":5").hang());
    assertThat(fault.kind()).isEqualTo(ModelFault.Kind.MALFORMED);
    assertThat(fault.error().retryable()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void cancel_closesTheConnectionAtOnce(Moment moment) throws Exception {
    provider.next(moment.before().hang());
    var answering = Answering.start(client.call(Asked.user("Hi")));
    var exchange = provider.awaitRequest();
    answering.awaitParts(moment.parts);
    answering.cancel();
    assertCancelled(answering, exchange, moment);
  }

  @ParameterizedTest
  @EnumSource
  void interrupt_closesTheConnectionAtOnce(Moment moment) throws Exception {
    provider.next(moment.before().hang());
    var answering = Answering.start(client.call(Asked.user("Hi")));
    var exchange = provider.awaitRequest();
    answering.awaitParts(moment.parts);
    answering.interrupt();
    assertCancelled(answering, exchange, moment);
  }

  @ParameterizedTest
  @EnumSource
  void cancelWhileEventsFlow_closesTheConnectionAtOnce(Moment moment) throws Exception {
    var flow = Script.paced(Duration.ofMillis(1), 20_000, () -> "more ");
    provider.next(moment.before().then(flow));
    var answering = Answering.start(client.call(Asked.user("Hi")));
    var exchange = provider.awaitRequest();
    answering.awaitParts(moment.parts);
    answering.cancel();
    assertThat(kind(answering.failure(AT_ONCE))).isEqualTo(ModelFault.Kind.CANCELLED);
    assertThat(exchange.isClosedByClient(AT_ONCE)).isTrue();
  }

  private static void assertCancelled(Answering answering, ProviderExchange exchange, Moment moment)
      throws InterruptedException {
    assertThat(kind(answering.failure(AT_ONCE))).isEqualTo(ModelFault.Kind.CANCELLED);
    assertThat(exchange.isClosedByClient(AT_ONCE)).isTrue();
    assertThat(answering.parts()).hasSize(moment.parts);
  }

  private static void assertDropped(ModelFault fault) {
    assertThat(fault.kind()).isEqualTo(ModelFault.Kind.DROPPED);
    assertThat(fault.error().retryable()).isTrue();
    assertThat(fault.error().kind()).isEqualTo(ChatError.Kind.GENERIC);
  }

  private ModelFault fault(Moment moment, Script then) throws InterruptedException {
    var seen = new CountDownLatch(1);
    provider.next(moment.before().pause(seen).then(then));
    var answering = Answering.start(client.call(Asked.user("Hi")));
    answering.awaitParts(moment.parts);
    seen.countDown();
    return answering.fault();
  }

  private static ModelFault.Kind kind(Throwable failure) {
    return ((ModelException) failure).fault().kind();
  }
}
