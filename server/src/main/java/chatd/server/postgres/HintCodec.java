package chatd.server.postgres;

import chatd.core.chat.ChatStatus;
import chatd.core.chat.ReplicaId;
import chatd.core.chat.Versions;
import chatd.core.message.ChatId;
import chatd.core.message.UserId;
import chatd.engine.port.Hint;
import chatd.server.wire.Json;
import chatd.server.wire.JsonFields;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;

/// Hints as the payloads of notifications: a few hundred bytes each, far below the limit of 8,000.
/// Fields that are not known are ignored, so that replicas of two versions understand each other.
final class HintCodec {
  private HintCodec() {}

  private static final String MODELS = "models";

  /// What came in. `hint` null: a replica's sign to itself, or, with `models`, that providers or
  /// models changed.
  record Received(ReplicaId from, @Nullable Hint hint, boolean models) {}

  static String encode(ReplicaId from, Hint hint) {
    return write(
        from,
        json -> {
          json.writeStringProperty("chat", hint.chat().toString());
          json.writeNumberProperty("snapshot", hint.versions().snapshot());
          json.writeNumberProperty("history", hint.versions().history());
          json.writeNumberProperty("queue", hint.versions().queue());
          json.writeNumberProperty("retry", hint.versions().retry());
          json.writeNumberProperty("attempt", hint.versions().attempt());
          json.writeNumberProperty("failed", hint.versions().failedAttempt());
          json.writeStringProperty("status", ChatColumns.name(hint.status()));
          if (hint.owner() != null) {
            json.writeStringProperty("owner", hint.owner().toString());
          }
          if (hint.user() != null) {
            json.writeStringProperty("user", hint.user().toString());
          }
        });
  }

  /// A replica of an older version takes it for a sign of another one, and so for nothing.
  static String encodeModels(ReplicaId from) {
    return write(from, json -> json.writeNumberProperty(MODELS, 1));
  }

  static String encodeSign(ReplicaId from) {
    return write(from, _ -> {});
  }

  private static String write(ReplicaId from, Json.Writer fields) {
    return new String(
        Json.write((JsonGenerator json) -> {
          json.writeStartObject();
          json.writeStringProperty("from", from.toString());
          fields.write(json);
          json.writeEndObject();
        }),
        StandardCharsets.US_ASCII);
  }

  /// Null if this version cannot understand it; a hint may be lost.
  static @Nullable Received decode(String payload) {
    Map<String, String> texts = new HashMap<>();
    Map<String, Long> numbers = new HashMap<>();
    try (var json = Json.parser(payload.getBytes(StandardCharsets.UTF_8))) {
      json.nextToken();
      JsonFields.each(json, name -> take(json, name, texts, numbers));
      return received(texts, numbers);
    } catch (JacksonException | IllegalArgumentException _) {
      return null;
    }
  }

  private static void take(
      JsonParser json, String name, Map<String, String> texts, Map<String, Long> numbers) {
    switch (json.currentToken()) {
      case VALUE_STRING -> texts.put(name, json.getString());
      case VALUE_NUMBER_INT -> numbers.put(name, json.getLongValue());
      default -> {} // Of a later version.
    }
  }

  private static Received received(Map<String, String> texts, Map<String, Long> numbers) {
    var from = new ReplicaId(uuid(texts, "from"));
    if (!texts.containsKey("chat")) {
      return new Received(from, null, numbers.containsKey(MODELS));
    }
    var versions =
        new Versions(
            number(numbers, "snapshot"),
            number(numbers, "history"),
            number(numbers, "queue"),
            number(numbers, "retry"),
            number(numbers, "attempt"),
            number(numbers, "failed"));
    ChatStatus status = ChatColumns.status(texts.getOrDefault("status", ""));
    var owner = texts.containsKey("owner") ? new ReplicaId(uuid(texts, "owner")) : null;
    var user = texts.containsKey("user") ? new UserId(uuid(texts, "user")) : null;
    var hint = new Hint(new ChatId(uuid(texts, "chat")), versions, status, owner, user);
    return new Received(from, hint, false);
  }

  private static long number(Map<String, Long> numbers, String name) {
    return numbers.getOrDefault(name, 0L);
  }

  private static UUID uuid(Map<String, String> texts, String name) {
    return UUID.fromString(texts.getOrDefault(name, ""));
  }
}
