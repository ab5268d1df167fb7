package chatd.engine.port;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatError;
import chatd.core.message.ContentPart;
import chatd.core.message.MessageBody;
import chatd.core.message.ModelUse;
import chatd.core.message.RawJson;
import chatd.core.message.Role;
import chatd.core.message.ToolOrigin;
import chatd.core.message.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Every text comes back as it was given.
public abstract class AnyTextContract {
  /// Every control character, both halves of a surrogate pair in the wrong order, the pair itself.
  private static final String TEXT =
      IntStream.range(0, 0xA0).mapToObj(Character::toString).collect(Collectors.joining())
          + "\udc00\ud800 \ud83d\ude00 \ufffe\uffff \\u0000 </script> \ud800";

  private static final RawJson JSON =
      new RawJson(
          "{\"n\":[1e400,-0.0,1.10,12345678901234567890123],\"s\":\"\\u0000\\uD800\",\"a\":null}");

  private static final Instant WHEN = Instant.parse("2026-05-28T00:00:00.123456Z");

  private static final ToolOrigin ORIGIN = new ToolOrigin(UUID.randomUUID(), true);

  private StoreFixture fixture;
  private TestChat chat;

  protected abstract StoreFixture fixture();

  @BeforeEach
  void createChat() {
    fixture = fixture();
    chat = TestChat.create(fixture);
  }

  @Test
  void everyKindOfPart_survives() {
    List<ContentPart> content =
        List.of(
            new ContentPart.ProviderState("anthropic", JSON),
            new ContentPart.Reasoning(TEXT, WHEN, null),
            new ContentPart.ProviderState(TEXT, new RawJson("\"sig\"")),
            new ContentPart.Text(TEXT),
            new ContentPart.ToolCall(TEXT, TEXT, JSON, ORIGIN, WHEN),
            new ContentPart.ToolResult(TEXT, TEXT, JSON, true, ORIGIN, null),
            new ContentPart.ToolResult("id", "name", JSON, false, ToolOrigin.NONE, WHEN),
            new ContentPart.Source(TEXT, TEXT, TEXT),
            new ContentPart.Source("https://example.org/", null, null),
            new ContentPart.File(UUID.randomUUID(), "text/plain", TEXT),
            new ContentPart.FileReference(TEXT, 1, 20, TEXT),
            new ContentPart.ProviderState("last", JSON));
    var usage = new Usage(1L, null, Long.MAX_VALUE, 0L, null, 7L, 8L);
    var body = new MessageBody(Role.ASSISTANT, content, null, UUID.randomUUID(), usage);
    chat.acquired();

    var done =
        chat.done(
            new ChatCommand.CommitStep(
                chat.fence(),
                List.of(body),
                Set.of(),
                new ModelUse(body.modelConfigId(), usage, null),
                ChatCommand.CommitStep.Then.CONTINUE));

    assertThat(chat.history().getLast()).isEqualTo(done.inserted().getFirst());
    assertThat(chat.history().getLast().body()).isEqualTo(body);
    assertThat(chat.feed(1).rows().getFirst().message())
        .isEqualTo(fixture.encoded(chat.id(), done.inserted().getFirst()));
    assertThat(chat.row().turn().openCalls()).isEqualTo(done.chat().row().turn().openCalls());
  }

  @Test
  void megabytes_survive() {
    var content = TestChat.text(TEXT.repeat(10_000));

    var queued =
        chat.done(
            new ChatCommand.Send(
                chat.user(), chat.message(content), null, ChatCommand.WhenBusy.QUEUE));
    chat.done(new ChatCommand.Interrupt(chat.user()));

    assertThat(queued.queued()).isNotNull();
    assertThat(chat.visible().getLast().body().content()).isEqualTo(content);
  }

  @Test
  void emptyContent_survives() {
    chat.acquired();
    chat.commit(
        ChatCommand.CommitStep.Then.FINISH,
        new MessageBody(Role.ASSISTANT, List.of(), null, null, null));

    assertThat(chat.visible().getLast().body().content()).isEmpty();
  }

  @Test
  void titleAndLabels_survive() {
    var labels = Map.of("a", TEXT, "b", "\ud800");

    fixture.store().describe(chat.id(), new DescribeChat(chat.user(), TEXT, labels, null));

    assertThat(chat.find().description().title()).isEqualTo(TEXT);
    assertThat(chat.find().description().labels()).isEqualTo(labels);
  }

  @Test
  void errors_survive() {
    var error = new ChatError(TEXT, false, ChatError.Kind.CONTENT_FILTER, TEXT, TEXT, null);
    chat.acquired();

    chat.done(new ChatCommand.RecordRetry(chat.fence(), error, Duration.ofMillis(1500), false));
    var pending = chat.row().turn().retries().pending();
    assertThat(pending).isNotNull().extracting("error").isEqualTo(error);
    chat.done(new ChatCommand.Fail(chat.fence(), error, List.of()));

    var failure = chat.row().turn().failure();
    assertThat(failure).isNotNull().extracting("error").isEqualTo(error);
  }
}
