package chatd.server.model;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatError;
import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.core.message.Usage;
import chatd.core.part.Part;
import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnthropicClientTest {
  private final FakeProvider provider = FakeProvider.start();
  private final AnthropicClient client =
      new AnthropicClient(
          new AnthropicEndpoint(provider.baseUrl(), new ApiKey("sk-ant-1")),
          new Destination.Trusted(),
          new ManualTime());

  /// What an answer handed on, parts and states in one order.
  private final List<Object> handedOn = new ArrayList<>();

  @AfterEach
  void close() {
    client.close();
    provider.close();
  }

  private ModelClient.Completion run(Script script) throws ModelException {
    provider.next(script);
    return client
        .call(Asked.user("Hi"))
        .run(
            new ModelClient.Sink() {
              @Override
              public void part(Part part) {
                handedOn.add(part);
              }

              @Override
              public void state(ContentPart.ProviderState state) {
                handedOn.add(state);
              }
            });
  }

  @Test
  void request_hasKeyAndVersionInHeaders() throws Exception {
    run(MessagesScript.answer("Hi"));
    var request = provider.awaitRequest();
    assertThat(request.requestLine()).isEqualTo("POST /v1/messages HTTP/1.1");
    assertThat(request.header("x-api-key")).isEqualTo("sk-ant-1");
    assertThat(request.header("anthropic-version")).isEqualTo("2023-06-01");
    assertThat(request.header("authorization")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "https://host, https://host/v1/messages",
    "https://host/, https://host/v1/messages",
    "https://host/v1/, https://host/v1/messages",
    "https://host/anthropic, https://host/anthropic/v1/messages",
    "https://host/a?b=c%2Fd, https://host/a/v1/messages?b=c%2Fd",
  })
  void endpoint_standsBehindTheBase(URI base, URI messages) {
    assertThat(new AnthropicEndpoint(base, null).messages()).isEqualTo(messages);
  }

  @Test
  void usage_countsWhatWentThroughTheCacheAsInput() throws Exception {
    var completion = run(MessagesScript.answer("Hel", "lo"));
    assertThat(completion.usage()).isEqualTo(new Usage(60L, 2L, 62L, null, 20L, 30L, null));
    assertThat(completion.cutShort()).isFalse();
  }

  /// Counts are added up and paid for.
  @ParameterizedTest
  @CsvSource({"-1", "9223372036854775807", "99999999999999999999", "1.5", "{}", "null"})
  void usage_thatIsNoCount_isNone(String said) throws Exception {
    var completion =
        run(
            MessagesScript.begin()
                .event(
                    "message_start",
                    "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":"
                        + said
                        + ",\"cache_read_input_tokens\":"
                        + said
                        + "}}}")
                .text(0, "Hi")
                .stopBlock(0)
                .stop("end_turn", 5)
                .end()
                .script());
    assertThat(completion.usage()).isEqualTo(new Usage(null, 5L, null, null, null, null, null));
  }

  @Test
  void thoughts_areShown_andKeptWithTheirSignature() throws Exception {
    run(
        MessagesScript.begin()
            .start(10)
            .ping()
            .thinking(0, "c2ln", "Let ", "me.")
            .event(
                "content_block_start",
                "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"redacted_thinking\",\"data\":\"eA==\"}}")
            .stopBlock(1)
            .text(2, "Hi")
            .stopBlock(2)
            .stop("end_turn", 5)
            .end()
            .script());
    assertThat(handedOn)
        .containsExactly(
            new Part.ReasoningDelta("Let "),
            new Part.ReasoningDelta("me."),
            new ContentPart.ProviderState(
                "anthropic",
                new RawJson(
                    "{\"type\":\"thinking\",\"thinking\":\"Let me.\",\"signature\":\"c2ln\"}")),
            new ContentPart.ProviderState(
                "anthropic", new RawJson("{\"type\":\"redacted_thinking\",\"data\":\"eA==\"}")),
            new Part.TextDelta("Hi"));
  }

  @Test
  void whatTheProviderRunsItself_andWhatIsNewer_isPassedOver() throws Exception {
    run(
        MessagesScript.begin()
            .start(10)
            .event("newer", "{\"type\":\"newer\",\"index\":3,\"delta\":null}")
            .event(
                "content_block_start",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"web_search\",\"input\":{}}}")
            .delta(0, "input_json_delta", "partial_json", "{}")
            .stopBlock(0)
            .text(1, "Hi")
            .delta(1, "citations_delta", "newer", "x")
            .stopBlock(1)
            .stop("something_newer", 5)
            .end()
            .script());
    assertThat(handedOn).containsExactly(new Part.TextDelta("Hi"));
  }

  @Test
  void callWithoutArguments_hasAnEmptyObject_andOneCutShortIsLeftOut() throws Exception {
    run(
        MessagesScript.begin()
            .start(10)
            .call(0, "a", "read")
            .stopBlock(0)
            .stop("tool_use", 5)
            .end()
            .script());
    assertThat(handedOn).hasSize(1);
    assertThat(((ContentPart.ToolCall) ((Part.Whole) handedOn.getFirst()).content()).args())
        .isEqualTo(RawJson.EMPTY_OBJECT);
    var cut =
        run(
            MessagesScript.begin()
                .start(10)
                .call(0, "b", "read", "{\"pa")
                .stop("max_tokens", 5)
                .end()
                .script());
    assertThat(cut.cutShort()).isTrue();
    assertThat(handedOn.getLast()).isInstanceOf(Part.ArgsDelta.class);
  }

  @ParameterizedTest
  @CsvSource({
    "401, authentication_error, AUTH, false",
    "403, permission_error, AUTH, false",
    "404, not_found_error, CONFIG, false",
    "400, invalid_request_error, CONFIG, false",
    "429, rate_limit_error, RATE_LIMIT, true",
    "500, api_error, GENERIC, true",
    "529, overloaded_error, OVERLOADED, true",
  })
  void status_isTheProvidersError(int status, String type, ChatError.Kind kind, boolean retryable)
      throws Exception {
    provider.next(
        Script.status(
            status,
            "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":\"no sk-ant-1\"}}"
                .formatted(type)));
    var error = Answering.start(client.call(Asked.user("Hi"))).fault().error();
    assertThat(error.kind()).isEqualTo(kind);
    assertThat(error.retryable()).isEqualTo(retryable);
    assertThat(error.statusCode()).isEqualTo(status);
    assertThat(error.detail()).isEqualTo("no ***");
  }

  @Test
  void refusal_isItsContentRules() throws Exception {
    provider.next(MessagesScript.begin().start(10).stop("refusal", 0).end().script());
    assertThat(Answering.start(client.call(Asked.user("Hi"))).fault().error().kind())
        .isEqualTo(ChatError.Kind.CONTENT_FILTER);
  }
}
