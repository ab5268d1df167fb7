package chatd.server.wire;

import chatd.core.chat.ReplicaId;
import chatd.engine.port.Accounts.User;
import chatd.engine.port.ReplicaDirectory.Replica;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.core.JsonGenerator;

/// What clients are told about the deployment around the chats: its people, its replicas, itself.
public final class DeploymentCodec {
  private DeploymentCodec() {}

  public static byte[] user(User user, UUID organization) {
    return Json.write(json -> write(json, user, organization));
  }

  static void write(JsonGenerator json, User user, UUID organization) {
    json.writeStartObject();
    json.writeStringProperty("id", user.id().toString());
    json.writeStringProperty("username", user.username());
    var name = user.name();
    json.writeStringProperty("name", name == null ? "" : name);
    json.writeStringProperty("email", user.email());
    json.writeStringProperty("created_at", WireTime.format(user.createdAt()));
    json.writeStringProperty("updated_at", WireTime.format(user.updatedAt()));
    json.writeStringProperty("status", "active");
    json.writeStringProperty("login_type", "password");
    json.writeArrayPropertyStart("organization_ids");
    json.writeString(organization.toString());
    json.writeEndArray();
    json.writeArrayPropertyStart("roles");
    if (user.administrator()) {
      json.writeStartObject();
      json.writeStringProperty("name", "admin");
      json.writeStringProperty("display_name", "Admin");
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeBooleanProperty("has_ai_seat", true);
    json.writeEndObject();
  }

  public static byte[] replicas(List<Replica> replicas) {
    return Json.write(json -> {
      json.writeStartArray();
      replicas.forEach(replica -> write(json, replica));
      json.writeEndArray();
    });
  }

  /// What [#replicas] has written, here or in another version; empty if these bytes are no such
  /// list.
  public static Optional<List<Replica>> readReplicas(byte[] utf8) {
    try {
      return JsonValue.read(utf8)
          .filter(JsonValue.Elements.class::isInstance)
          .map(list -> list.asElements().stream().map(DeploymentCodec::replica).toList());
    } catch (IllegalArgumentException | DateTimeException _) {
      return Optional.empty();
    }
  }

  private static Replica replica(JsonValue json) {
    return new Replica(
        new ReplicaId(UUID.fromString(json.member("id").asText())),
        json.member("address").asText(),
        json.member("version").asText(),
        WireTime.parse(json.member("started_at").asText()),
        Duration.ofMillis(json.member("heartbeat_age_ms").asInteger()),
        (int) json.member("running_turns").asInteger(),
        Replica.State.valueOf(json.member("state").asText().toUpperCase(Locale.ROOT)));
  }

  private static void write(JsonGenerator json, Replica replica) {
    json.writeStartObject();
    json.writeStringProperty("id", replica.id().toString());
    json.writeStringProperty("address", replica.address());
    json.writeStringProperty("version", replica.version());
    json.writeStringProperty("started_at", WireTime.format(replica.startedAt()));
    json.writeNumberProperty("heartbeat_age_ms", replica.heartbeatAge().toMillis());
    json.writeNumberProperty("running_turns", replica.runningTurns());
    json.writeStringProperty("state", replica.state().name().toLowerCase(Locale.ROOT));
    json.writeEndObject();
  }

  public static byte[] buildInfo(String version, String externalUrl, UUID deployment) {
    return Json.write(json -> {
      json.writeStartObject();
      json.writeStringProperty("version", version);
      json.writeStringProperty("external_url", externalUrl);
      json.writeStringProperty("deployment_id", deployment.toString());
      json.writeEndObject();
    });
  }

  /// `status` alone, or with the reasons for it.
  public static byte[] health(String status, List<String> reasons, List<UUID> withOtherSecret) {
    return Json.write(json -> {
      json.writeStartObject();
      json.writeStringProperty("status", status);
      if (!reasons.isEmpty()) {
        json.writeArrayPropertyStart("reasons");
        reasons.forEach(json::writeString);
        json.writeEndArray();
      }
      if (!withOtherSecret.isEmpty()) {
        json.writeArrayPropertyStart("other_cluster_secret");
        withOtherSecret.forEach(replica -> json.writeString(replica.toString()));
        json.writeEndArray();
      }
      json.writeEndObject();
    });
  }
}
