package chatd.server.wire;

import chatd.core.chat.ChatStatus;
import chatd.engine.port.Chat;
import chatd.engine.port.ChatLists.Family;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// The object `Chat` as clients get it. `organization` is the one that every chat belongs to.
public record ChatCodec(UUID organization) {
  private static final UUID NO_MODEL = new UUID(0, 0);

  /// A chat without its sub-chats.
  public byte[] encode(Chat chat) {
    return encode(new Family(chat, List.of()));
  }

  /// A chat with its sub-chats.
  public byte[] encode(Family family) {
    return Json.write(json -> write(json, family));
  }

  /// An array of chats, each with its sub-chats.
  public byte[] encode(List<Family> families) {
    return Json.write(json -> {
      json.writeStartArray();
      families.forEach(family -> write(json, family));
      json.writeEndArray();
    });
  }

  /// A chat without its sub-chats, inside another value.
  void write(JsonGenerator json, Chat chat) {
    write(json, new Family(chat, List.of()));
  }

  private void write(JsonGenerator json, Family family) {
    var chat = family.root();
    json.writeStartObject();
    writeIdentity(json, chat);
    writeState(json, chat);
    writeMarks(json, chat);
    json.writeArrayPropertyStart("children");
    family.children().forEach(child -> write(json, child));
    json.writeEndArray();
    json.writeNumberProperty("snapshot_version", chat.row().versions().snapshot());
    json.writeNumberProperty("history_version", chat.row().versions().history());
    json.writeEndObject();
  }

  private void writeIdentity(JsonGenerator json, Chat chat) {
    var identity = chat.row().identity();
    json.writeStringProperty("id", identity.id().toString());
    json.writeStringProperty("organization_id", organization.toString());
    json.writeStringProperty("owner_id", identity.user().toString());
    json.writeStringProperty("owner_username", chat.owner().username());
    writeText(json, "owner_name", chat.owner().name());
    if (!identity.isRoot()) {
      writeText(json, "parent_chat_id", identity.parent());
      json.writeStringProperty("root_chat_id", identity.root().toString());
    }
  }

  private static void writeState(JsonGenerator json, Chat chat) {
    var row = chat.row();
    var model = row.choice().modelConfigId();
    json.writeStringProperty("last_model_config_id", (model == null ? NO_MODEL : model).toString());
    json.writeStringProperty("title", chat.description().title());
    writeText(json, "last_reasoning_effort", row.choice().reasoningEffort());
    json.writeStringProperty("status", status(row.status()));
    var phase = row.phase();
    writeText(json, "phase", phase == null ? null : lower(phase));
    var failure = row.turn().failure();
    if (row.status() == ChatStatus.ERROR && failure != null) {
      json.writeName("last_error");
      ChatErrorJson.write(json, failure.error());
    }
    json.writeNullProperty("last_turn_summary");
  }

  private static void writeMarks(JsonGenerator json, Chat chat) {
    var marks = chat.marks();
    json.writeStringProperty("created_at", WireTime.format(marks.createdAt()));
    json.writeStringProperty("updated_at", WireTime.format(marks.updatedAt()));
    json.writeBooleanProperty("archived", chat.row().lifecycle().archived());
    json.writeNumberProperty("pin_order", marks.pinOrder());
    json.writeArrayPropertyStart("mcp_server_ids");
    chat.row().choice().mcpServerIds().forEach(id -> json.writeString(id.toString()));
    json.writeEndArray();
    json.writeObjectPropertyStart("labels");
    chat.description().labels().forEach(json::writeStringProperty);
    json.writeEndObject();
    json.writeBooleanProperty("has_unread", marks.hasUnread());
    json.writeStringProperty("client_type", lower(chat.description().clientType()));
  }

  /// How clients know a status. A turn that is being stopped is running to them.
  public static String status(ChatStatus status) {
    return switch (status) {
      case WAITING, ERROR, RUNNING, REQUIRES_ACTION -> lower(status);
      case INTERRUPTING -> lower(ChatStatus.RUNNING);
    };
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static void writeText(JsonGenerator json, String name, @Nullable Object value) {
    if (value != null) {
      json.writeStringProperty(name, value.toString());
    }
  }
}
