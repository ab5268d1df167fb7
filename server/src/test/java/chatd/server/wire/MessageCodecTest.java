package chatd.server.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.ChatId;
import chatd.core.message.ContentPart;
import chatd.core.message.Message;
import chatd.core.message.MessageBody;
import chatd.core.message.QueuedMessage;
import chatd.core.message.Role;
import chatd.core.message.Usage;
import chatd.core.message.UserId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MessageCodecTest {
  private static final ChatId CHAT =
      new ChatId(UUID.fromString("33333333-3333-4333-8333-333333333333"));
  private static final UUID MODEL = UUID.fromString("44444444-4444-4444-8444-444444444444");
  private static final UserId USER =
      new UserId(UUID.fromString("11111111-1111-4111-8111-111111111111"));
  private static final Instant WHEN = Instant.parse("2026-05-28T00:00:04.5Z");
  private static final List<ContentPart> HI = List.of(new ContentPart.Text("hi"));

  @Test
  void message_withEverything_isTheObjectThatClientsGet() {
    var usage = new Usage(120L, 4L, 124L, null, null, null, null);
    var message =
        new Message(13, 10, WHEN, new MessageBody(Role.ASSISTANT, HI, null, MODEL, usage));

    assertThat(ascii(MessageCodec.message(CHAT, message)))
        .isEqualTo(
            """
            {"id":13,"chat_id":"33333333-3333-4333-8333-333333333333","role":"assistant",\
            "content":[{"type":"text","text":"hi"}],"created_at":"2026-05-28T00:00:04.500Z",\
            "revision":10,"model_config_id":"44444444-4444-4444-8444-444444444444",\
            "usage":{"input_tokens":120,"output_tokens":4,"total_tokens":124}}\
            """);
    assertThat(UsageCodec.decode(UsageCodec.encode(usage))).isEqualTo(usage);
  }

  @Test
  void queued_leavesOutWhatThereIsNothingToSayAbout() {
    var plain = new QueuedMessage(7, WHEN, new QueuedMessage.Body(HI, USER, null, null, 30));
    var chosen = new QueuedMessage(8, WHEN, new QueuedMessage.Body(HI, USER, MODEL, "high", 30));

    assertThat(
            ascii(
                MessageCodec.array(
                    List.of(MessageCodec.queued(CHAT, plain), MessageCodec.queued(CHAT, chosen)))))
        .isEqualTo(
            """
            [{"id":7,"chat_id":"33333333-3333-4333-8333-333333333333",\
            "content":[{"type":"text","text":"hi"}],"created_at":"2026-05-28T00:00:04.500Z",\
            "created_by":"11111111-1111-4111-8111-111111111111"},\
            {"id":8,"chat_id":"33333333-3333-4333-8333-333333333333",\
            "content":[{"type":"text","text":"hi"}],"created_at":"2026-05-28T00:00:04.500Z",\
            "created_by":"11111111-1111-4111-8111-111111111111",\
            "model_config_id":"44444444-4444-4444-8444-444444444444",\
            "reasoning_effort":"high"}]\
            """);
    assertThat(ascii(MessageCodec.array(List.of()))).isEqualTo("[]");
  }

  private static String ascii(byte[] json) {
    return new String(json, US_ASCII);
  }
}
