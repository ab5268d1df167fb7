package chatd.server.model;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatError;
import chatd.core.turn.ModelFault;
import chatd.engine.port.ModelException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every way in which an answer can break off, at every moment: each is seen as what it is.
///
/// The provider waits at the moment until the client has seen everything before it, so a fault
/// never overtakes the parts.
abstract class ModelFaultMomentsContract {
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private final FakeProvider provider = FakeProvider.start();
  private final ProviderClient client;

  ModelFaultMomentsContract() {
    client = client(provider);
  }

  abstract ProviderClient client(FakeProvider at);

  /// What the provider sends until this moment, in its protocol.
  abstract Script before(Moment moment);

  /// Part after part, for longer than anybody wants to hear.
  abstract Script flow();

  /// The last event of a protocol, without a reason for the end before it.
  abstract Script end();

  /// The event of an overload that says `engine on fire`.
  abstract Script overloaded();

  /// The status that such an event names, if it names one.
  abstract @Nullable Integer overloadStatus();

  /// How far the answer has come when the fault happens.
  enum Moment {
    BEFORE_HEADERS(0),
    BEFORE_FIRST_EVENT(0),
    MID_TEXT(2),
    MID_ARGUMENTS(2),
    AFTER_LAST_TEXT(1);

    final int parts;

    Moment(int parts) {
      this.parts = parts;
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
    assertDropped(fault(moment, end()));
  }

  @ParameterizedTest
  @EnumSource
  void errorInTheStream_isTheProvidersError(Moment moment) throws Exception {
    var fault = fault(moment, overloaded().hang());
    assertThat(fault.kind()).isEqualTo(ModelFault.Kind.REFUSED);
    assertThat(fault.error())
        .isEqualTo(
            new ChatError(
                "The model provider is overloaded.",
                true,
                ChatError.Kind.OVERLOADED,
                "engine on fire",
                "openai",
                overloadStatus()));
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
    provider.next(before(moment).hang());
    var answering = Answering.start(client.call(Asked.user("Hi")));
    var exchange = provider.awaitRequest();
    answering.awaitParts(moment.parts);
    answering.cancel();
    assertCancelled(answering, exchange, moment);
  }

  @ParameterizedTest
  @EnumSource
  void interrupt_closesTheConnectionAtOnce(Moment moment) throws Exception {
    provider.next(before(moment).hang());
    var answering = Answering.start(client.call(Asked.user("Hi")));
    var exchange = provider.awaitRequest();
    answering.awaitParts(moment.parts);
    answering.interrupt();
    assertCancelled(answering, exchange, moment);
  }

  @ParameterizedTest
  @EnumSource
  void cancelWhileEventsFlow_closesTheConnectionAtOnce(Moment moment) throws Exception {
    var flow = flow();
    provider.next(before(moment).then(flow));
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
    provider.next(before(moment).pause(seen).then(then));
    var answering = Answering.start(client.call(Asked.user("Hi")));
    answering.awaitParts(moment.parts);
    seen.countDown();
    return answering.fault();
  }

  private static ModelFault.Kind kind(Throwable failure) {
    return ((ModelException) failure).fault().kind();
  }
}
