package chatd.server.wire;

import chatd.engine.port.Accounts.People;
import chatd.engine.port.Accounts.Token;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// What clients are told about people, their tokens and what they belong to.
public final class AccountsCodec {
  private AccountsCodec() {}

  public static byte[] people(People people, UUID organization) {
    return Json.write(json -> {
      json.writeStartObject();
      json.writeArrayPropertyStart("users");
      people.users().forEach(user -> DeploymentCodec.write(json, user, organization));
      json.writeEndArray();
      json.writeNumberProperty("count", people.count());
      json.writeEndObject();
    });
  }

  /// A token that was just made, with its secret: the only time that this is told.
  public static byte[] newToken(Token token, String key) {
    return Json.write(json -> {
      json.writeStartObject();
      json.writeStringProperty("id", token.id().toString());
      json.writeStringProperty("name", token.name());
      json.writeStringProperty("key", key);
      json.writeStringProperty("expires_at", WireTime.format(token.expiresAt()));
      json.writeEndObject();
    });
  }

  public static byte[] tokens(List<Token> tokens) {
    return Json.write(json -> {
      json.writeStartArray();
      tokens.forEach(token -> write(json, token));
      json.writeEndArray();
    });
  }

  private static void write(JsonGenerator json, Token token) {
    json.writeStartObject();
    json.writeStringProperty("id", token.id().toString());
    json.writeStringProperty("name", token.name());
    json.writeStringProperty("created_at", WireTime.format(token.createdAt()));
    json.writeStringProperty("expires_at", WireTime.format(token.expiresAt()));
    @Nullable Instant used = token.lastUsedAt();
    if (used != null) {
      json.writeStringProperty("last_used_at", WireTime.format(used));
    }
    json.writeEndObject();
  }

  /// The one organization that everybody is in.
  public static byte[] organization(UUID id, String name, Instant since) {
    return Json.write(json -> writeOrganization(json, id, name, since));
  }

  /// An array with nothing else in it.
  public static byte[] organizations(UUID id, String name, Instant since) {
    return Json.write(json -> {
      json.writeStartArray();
      writeOrganization(json, id, name, since);
      json.writeEndArray();
    });
  }

  private static void writeOrganization(JsonGenerator json, UUID id, String name, Instant since) {
    json.writeStartObject();
    json.writeStringProperty("id", id.toString());
    json.writeStringProperty("name", name);
    json.writeStringProperty("display_name", "Default");
    json.writeBooleanProperty("is_default", true);
    json.writeStringProperty("created_at", WireTime.format(since));
    json.writeStringProperty("updated_at", WireTime.format(since));
    json.writeEndObject();
  }
}
