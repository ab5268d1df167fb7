package chatd.server.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatRow;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.ModelChoice;
import chatd.core.chat.TurnState;
import chatd.core.chat.Versions;
import chatd.core.feed.ClientCall;
import chatd.core.feed.Framing;
import chatd.core.message.ChatId;
import chatd.core.message.RawJson;
import chatd.core.message.UserId;
import chatd.core.watch.WatchKind;
import chatd.engine.port.Chat;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JsonWatchEncoderTest {
  private static final ChatId ID = new ChatId(new UUID(0, 1));
  private static final UUID ORGANIZATION = new UUID(0, 9);
  private static final Instant NOW = Instant.parse("2026-05-28T00:00:00Z");

  private static final Chat CHAT =
      new Chat(
          new ChatRow(
              new ChatRow.Identity(ID, new UserId(new UUID(0, 2)), null, ID),
              new ChatRow.Lifecycle(ChatStatus.REQUIRES_ACTION, false, 0),
              new Versions(30, 12, 0, 0, 1, 0),
              null,
              TurnState.IDLE,
              new ModelChoice(null, null, List.of())),
          new Chat.Description("\ud800 lone", false, Map.of(), Chat.ClientType.API),
          new Chat.Owner("ada", null),
          new Chat.Marks(0, false, NOW, NOW));

  private static final List<ClientCall> CALLS =
      List.of(new ClientCall("c1", "pick", new RawJson("{\"a\":1}")));

  private static String encoded(Framing framing, WatchKind kind) {
    return new String(
        new JsonWatchEncoder(ORGANIZATION).encode(framing, kind, CHAT, CALLS), US_ASCII);
  }

  private static String chat() {
    return new String(new ChatCodec(ORGANIZATION).encode(CHAT), US_ASCII);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ACTION_REQUIRED")
  void change_isItsKindAndTheChat(WatchKind kind) {
    assertThat(encoded(Framing.ARRAY, kind))
        .isEqualTo(
            "{\"kind\":\"%s\",\"chat\":%s}".formatted(kind.name().toLowerCase(Locale.ROOT), chat()))
        .contains("\\uD800 lone");
  }

  @Test
  void actionRequired_hasTheCalls() {
    assertThat(encoded(Framing.ARRAY, WatchKind.ACTION_REQUIRED))
        .isEqualTo(
            "{\"kind\":\"action_required\",\"chat\":"
                + chat()
                + ",\"tool_calls\":[{\"tool_call_id\":\"c1\",\"tool_name\":\"pick\","
                + "\"args\":\"{\\\"a\\\":1}\"}]}");
  }

  @Test
  void envelope_isPutAroundTheObject() {
    assertThat(encoded(Framing.ENVELOPE, WatchKind.CREATED))
        .isEqualTo(
            "{\"type\":\"data\",\"data\":" + encoded(Framing.ARRAY, WatchKind.CREATED) + "}");
  }
}
