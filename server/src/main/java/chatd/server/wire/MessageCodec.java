package chatd.server.wire;

import chatd.core.message.ChatId;
import chatd.core.message.Message;
import chatd.core.message.QueuedMessage;
import chatd.core.message.Role;
import chatd.core.message.UserId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The objects `ChatMessage` and `QueuedMessage` as clients get them.
///
/// The content is taken as the bytes that are stored; everything around it is plain ASCII, so both
/// are put together without being looked into.
public final class MessageCodec {
  private MessageCodec() {}

  /// A committed message; `usage` is its encoded object.
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  public record StoredMessage(
      long id,
      ChatId chat,
      Role role,
      byte[] content,
      Instant createdAt,
      long revision,
      Origin origin,
      @Nullable String usage) {}

  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  public record StoredQueuedMessage(
      long id,
      ChatId chat,
      byte[] content,
      Instant createdAt,
      Origin origin,
      @Nullable String reasoningEffort) {}

  /// Who wrote a message, and the model it came from or asks for.
  public record Origin(@Nullable UserId createdBy, @Nullable UUID modelConfigId) {}

  public static byte[] message(ChatId chat, Message message) {
    var body = message.body();
    return message(
        new StoredMessage(
            message.id(),
            chat,
            body.role(),
            ContentCodec.visible(body.content()),
            message.createdAt(),
            message.revision(),
            new Origin(body.createdBy(), body.modelConfigId()),
            body.usage() == null ? null : UsageCodec.encode(body.usage())));
  }

  public static byte[] message(StoredMessage message) {
    var json = new AsciiObject(message.content().length + 256);
    json.number("id", message.id());
    json.text("chat_id", message.chat());
    json.text("role", message.role().name().toLowerCase(Locale.ROOT));
    json.raw("content", message.content());
    json.text("created_at", WireTime.format(message.createdAt()));
    json.number("revision", message.revision());
    json.text("created_by", message.origin().createdBy());
    json.text("model_config_id", message.origin().modelConfigId());
    if (message.usage() != null) {
      json.raw("usage", message.usage().getBytes(StandardCharsets.US_ASCII));
    }
    return json.end();
  }

  public static byte[] queued(ChatId chat, QueuedMessage message) {
    var body = message.body();
    return queued(
        new StoredQueuedMessage(
            message.id(),
            chat,
            ContentCodec.visible(body.content()),
            message.createdAt(),
            new Origin(body.createdBy(), body.modelConfigId()),
            body.reasoningEffort()));
  }

  public static byte[] queued(StoredQueuedMessage message) {
    var json = new AsciiObject(message.content().length + 256);
    json.number("id", message.id());
    json.text("chat_id", message.chat());
    json.raw("content", message.content());
    json.text("created_at", WireTime.format(message.createdAt()));
    json.text("created_by", message.origin().createdBy());
    json.text("model_config_id", message.origin().modelConfigId());
    json.text("reasoning_effort", message.reasoningEffort());
    return json.end();
  }

  /// An array of encoded values.
  public static byte[] array(List<byte[]> values) {
    var out = new ByteArrayOutputStream(2 + values.stream().mapToInt(v -> v.length + 1).sum());
    out.write('[');
    for (var i = 0; i < values.size(); i++) {
      if (i > 0) {
        out.write(',');
      }
      out.writeBytes(values.get(i));
    }
    out.write(']');
    return out.toByteArray();
  }

  /// One object under construction. Names and texts need no escaping: they are ours.
  private static final class AsciiObject {
    private final ByteArrayOutputStream out;
    private char before = '{';

    AsciiObject(int size) {
      out = new ByteArrayOutputStream(size);
    }

    void number(String name, long value) {
      raw(name, Long.toString(value).getBytes(StandardCharsets.US_ASCII));
    }

    void text(String name, @Nullable Object value) {
      if (value != null) {
        raw(name, ("\"" + value + "\"").getBytes(StandardCharsets.US_ASCII));
      }
    }

    void raw(String name, byte[] value) {
      out.writeBytes((before + "\"" + name + "\":").getBytes(StandardCharsets.US_ASCII));
      out.writeBytes(value);
      before = ',';
    }

    byte[] end() {
      out.write('}');
      return out.toByteArray();
    }
  }
}
