package chatd.server.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.server.wire.JsonValue;
import chatd.server.wire.JsonValue.Elements;
import chatd.server.wire.JsonValue.Flag;
import chatd.server.wire.JsonValue.Members;
import chatd.server.wire.JsonValue.Nothing;
import chatd.server.wire.JsonValue.Numeral;
import chatd.server.wire.JsonValue.Text;
import chatd.server.wire.UuidText;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads objects of the interface as a client with no patience does: every required field is there,
/// of its type, nothing is null that must not be, and nothing is there that has no business to be.
final class StrictReader {
  private static final Set<String> STATUSES =
      Set.of("waiting", "running", "requires_action", "error");
  private static final Set<String> PHASES =
      Set.of("interrupting", "queued", "retrying", "tools", "generating");

  private final Map<String, JsonValue> rest;

  private StrictReader(JsonValue value) {
    rest = new HashMap<>(((Members) value).values());
  }

  /// A `Chat`.
  static void chat(JsonValue value) {
    var chat = new StrictReader(value);
    chat.required("id", StrictReader::uuid);
    chat.required("organization_id", StrictReader::uuid);
    chat.required("owner_id", StrictReader::uuid);
    chat.optional("owner_username", StrictReader::text);
    chat.optional("owner_name", StrictReader::text);
    chat.optional("parent_chat_id", StrictReader::uuid);
    chat.optional("root_chat_id", StrictReader::uuid);
    chat.required("last_model_config_id", StrictReader::uuid);
    chat.required("title", StrictReader::text);
    chat.optional("last_reasoning_effort", StrictReader::text);
    var status = text(chat.required("status", v -> assertThat(STATUSES).contains(text(v))));
    chat.present("phase", status.equals("running"), v -> assertThat(PHASES).contains(text(v)));
    chat.present("last_error", status.equals("error"), StrictReader::error);
    assertThat(chat.rest.remove("last_turn_summary")).isEqualTo(new Nothing());
    chat.required("created_at", StrictReader::time);
    chat.required("updated_at", StrictReader::time);
    chat.required("archived", StrictReader::flag);
    chat.required("pin_order", StrictReader::integer);
    chat.required("mcp_server_ids", v -> elements(v).forEach(StrictReader::uuid));
    chat.required("labels", v -> ((Members) v).values().values().forEach(StrictReader::text));
    chat.required("has_unread", StrictReader::flag);
    chat.required("client_type", v -> assertThat(text(v)).isIn("ui", "api"));
    chat.required("children", v -> elements(v).forEach(StrictReader::chat));
    chat.required("snapshot_version", StrictReader::integer);
    chat.required("history_version", StrictReader::integer);
    chat.end();
  }

  private static void error(JsonValue value) {
    var error = new StrictReader(value);
    error.required("message", StrictReader::text);
    error.required("retryable", StrictReader::flag);
    error.optional("kind", StrictReader::text);
    error.optional("detail", StrictReader::text);
    error.optional("provider", StrictReader::text);
    error.optional("status_code", StrictReader::integer);
    error.end();
  }

  /// A `ChatMessage`.
  static void message(JsonValue value) {
    var message = new StrictReader(value);
    message.required("id", StrictReader::integer);
    message.required("chat_id", StrictReader::uuid);
    message.required("role", v -> assertThat(text(v)).isIn("user", "assistant", "tool"));
    message.required("content", v -> elements(v).forEach(StrictReader::part));
    message.required("created_at", StrictReader::time);
    message.required("revision", StrictReader::integer);
    message.optional("created_by", StrictReader::uuid);
    message.optional("model_config_id", StrictReader::uuid);
    message.optional("usage", v -> ((Members) v).values().values().forEach(StrictReader::integer));
    message.end();
  }

  /// A `QueuedMessage`.
  static void queuedMessage(JsonValue value) {
    var message = new StrictReader(value);
    message.required("id", StrictReader::integer);
    message.required("chat_id", StrictReader::uuid);
    message.required("content", v -> elements(v).forEach(StrictReader::part));
    message.required("created_at", StrictReader::time);
    message.optional("model_config_id", StrictReader::uuid);
    message.optional("created_by", StrictReader::uuid);
    message.optional("reasoning_effort", StrictReader::text);
    message.end();
  }

  private static void part(JsonValue value) {
    var part = ((Members) value).values();
    assertThat(part.values()).doesNotHaveAnyElementsOfTypes(Nothing.class);
    text(requireNonNull(part.get("type")));
  }

  /// A `User`.
  static void user(JsonValue value) {
    var user = new StrictReader(value);
    user.required("id", StrictReader::uuid);
    user.required("username", StrictReader::text);
    user.required("name", StrictReader::text);
    user.required("email", StrictReader::text);
    user.required("created_at", StrictReader::time);
    user.required("updated_at", StrictReader::time);
    user.required("status", StrictReader::text);
    user.required("login_type", StrictReader::text);
    user.required("organization_ids", v -> elements(v).forEach(StrictReader::uuid));
    user.required("roles", StrictReader::elements);
    user.required("has_ai_seat", StrictReader::flag);
    user.end();
  }

  /// A provider, as administrators see it.
  static void provider(JsonValue value) {
    var provider = new StrictReader(value);
    provider.required("id", StrictReader::uuid);
    provider.required("provider", StrictReader::text);
    provider.required("display_name", StrictReader::text);
    provider.optional("base_url", StrictReader::text);
    provider.required("enabled", StrictReader::flag);
    provider.required("has_api_key", StrictReader::flag);
    provider.required("source", v -> assertThat(text(v)).isIn("config", "database"));
    provider.required("created_at", StrictReader::time);
    provider.required("updated_at", StrictReader::time);
    provider.end();
  }

  /// A model config, as administrators see it.
  static void modelConfig(JsonValue value) {
    var model = new StrictReader(value);
    model.required("id", StrictReader::uuid);
    model.required("provider", StrictReader::text);
    model.required("model", StrictReader::text);
    model.required("display_name", StrictReader::text);
    model.required("enabled", StrictReader::flag);
    model.required("is_default", StrictReader::flag);
    model.required("context_limit", StrictReader::integer);
    model.required("compression_threshold", StrictReader::integer);
    model.required("model_config", v -> assertThat(v).isInstanceOf(Members.class));
    model.required("created_at", StrictReader::time);
    model.required("updated_at", StrictReader::time);
    model.end();
  }

  /// What can be chosen.
  static void offers(JsonValue value) {
    var offers = new StrictReader(value);
    offers.required("providers", all -> elements(all).forEach(StrictReader::offer));
    offers.end();
  }

  private static void offer(JsonValue value) {
    var offer = new StrictReader(value);
    offer.required("provider", StrictReader::text);
    var available = ((Flag) offer.required("available", StrictReader::flag)).on();
    offer.present(
        "unavailable_reason",
        !available,
        v -> assertThat(text(v)).isIn("missing_api_key", "provider_disabled"));
    var models =
        offer.required(
            "models",
            all ->
                elements(all)
                    .forEach(model -> {
                      var one = new StrictReader(model);
                      one.required("id", StrictReader::uuid);
                      one.required("provider", StrictReader::text);
                      one.required("model", StrictReader::text);
                      one.required("display_name", StrictReader::text);
                      one.end();
                    }));
    assertThat(available || elements(models).isEmpty()).isTrue();
    offer.end();
  }

  /// A token as it is listed.
  static void token(JsonValue value) {
    var token = new StrictReader(value);
    token.required("id", StrictReader::uuid);
    token.required("name", StrictReader::text);
    token.required("created_at", StrictReader::time);
    token.required("expires_at", StrictReader::time);
    token.optional("last_used_at", StrictReader::time);
    token.end();
  }

  /// A token that was just made.
  static void newToken(JsonValue value) {
    var token = new StrictReader(value);
    token.required("id", StrictReader::uuid);
    token.required("name", StrictReader::text);
    token.required("key", StrictReader::text);
    token.required("expires_at", StrictReader::time);
    token.end();
  }

  /// An `Organization`.
  static void organization(JsonValue value) {
    var organization = new StrictReader(value);
    organization.required("id", StrictReader::uuid);
    organization.required("name", StrictReader::text);
    organization.required("display_name", StrictReader::text);
    organization.required("is_default", StrictReader::flag);
    organization.required("created_at", StrictReader::time);
    organization.required("updated_at", StrictReader::time);
    organization.end();
  }

  private interface Check {
    void on(JsonValue value);
  }

  private JsonValue required(String name, Check check) {
    var value = requireNonNull(rest.remove(name), name);
    check.on(value);
    return value;
  }

  private void optional(String name, Check check) {
    if (rest.containsKey(name)) {
      required(name, check);
    }
  }

  private void present(String name, boolean expected, Check check) {
    assertThat(rest.containsKey(name)).as(name).isEqualTo(expected);
    optional(name, check);
  }

  private void end() {
    assertThat(rest).isEmpty();
  }

  private static String text(JsonValue value) {
    return ((Text) value).text();
  }

  private static void uuid(JsonValue value) {
    var text = text(value);
    assertThat(UuidText.parse(text)).as(text).isPresent();
    assertThat(text).isLowerCase();
  }

  private static void time(JsonValue value) {
    assertThat(text(value)).matches("[0-9-]{10}T[0-9:]{8}(\\.[0-9]{1,6})?Z");
    Instant.parse(text(value));
  }

  private static void flag(JsonValue value) {
    assertThat(value).isInstanceOf(Flag.class);
  }

  private static void integer(JsonValue value) {
    assertThat(((Numeral) value).digits()).matches("[0-9]+");
  }

  private static List<JsonValue> elements(JsonValue value) {
    return ((Elements) value).values();
  }
}
