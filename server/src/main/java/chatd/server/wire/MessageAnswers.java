package chatd.server.wire;

import chatd.core.message.ChatId;
import chatd.core.message.Message;
import chatd.core.message.QueuedMessage;
import chatd.engine.port.ChatLists;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/// The answers to requests about messages.
public final class MessageAnswers {
  private MessageAnswers() {}

  /// A message that is in the history now.
  public static byte[] sent(ChatId chat, Message message) {
    return object(json -> {
      raw(json, "message", MessageCodec.message(chat, message));
      json.writeBooleanProperty("queued", false);
    });
  }

  /// A message that waits for its turn.
  public static byte[] queued(ChatId chat, QueuedMessage message) {
    return object(json -> {
      raw(json, "queued_message", MessageCodec.queued(chat, message));
      json.writeBooleanProperty("queued", true);
    });
  }

  /// A message that took the place of others.
  public static byte[] edited(ChatId chat, Message message, List<Long> deletedIds) {
    return object(json -> {
      raw(json, "message", MessageCodec.message(chat, message));
      json.writeArrayPropertyStart("deleted_message_ids");
      deletedIds.forEach(json::writeNumber);
      json.writeEndArray();
    });
  }

  /// A queued message that will be next.
  public static byte[] promotionAccepted() {
    return object(
        json -> json.writeStringProperty("message", "Queued message promotion accepted."));
  }

  public static byte[] page(ChatId chat, ChatLists.Page page) {
    return object(json -> {
      json.writeArrayPropertyStart("messages");
      page.messages().forEach(message -> raw(json, MessageCodec.message(chat, message)));
      json.writeEndArray();
      json.writeArrayPropertyStart("queued_messages");
      page.queue().forEach(message -> raw(json, MessageCodec.queued(chat, message)));
      json.writeEndArray();
      json.writeBooleanProperty("has_more", page.hasMore());
      json.writeNumberProperty("history_version", page.historyVersion());
    });
  }

  public static byte[] prompts(List<ChatLists.UserText> prompts) {
    return object(json -> {
      json.writeArrayPropertyStart("prompts");
      for (var prompt : prompts) {
        json.writeStartObject();
        json.writeNumberProperty("id", prompt.id());
        json.writeStringProperty("text", prompt.text());
        json.writeEndObject();
      }
      json.writeEndArray();
    });
  }

  /// A title that nobody has given to the chat.
  public static byte[] title(String title) {
    return object(json -> json.writeStringProperty("title", title));
  }

  private static byte[] object(Json.Writer members) {
    return Json.write(json -> {
      json.writeStartObject();
      members.write(json);
      json.writeEndObject();
    });
  }

  private static void raw(JsonGenerator json, String name, byte[] ascii) {
    json.writeName(name);
    raw(json, ascii);
  }

  private static void raw(JsonGenerator json, byte[] ascii) {
    json.writeRawValue(new String(ascii, StandardCharsets.US_ASCII));
  }
}
