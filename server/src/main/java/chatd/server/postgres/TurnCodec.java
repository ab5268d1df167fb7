package chatd.server.postgres;

import static java.util.Objects.requireNonNull;

import chatd.core.chat.ChatError;
import chatd.core.chat.OpenCall;
import chatd.core.chat.RunId;
import chatd.core.chat.TurnState;
import chatd.core.message.ToolOrigin;
import chatd.server.wire.Json;
import chatd.server.wire.JsonFields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;

/// What a turn remembers, as the bytes of one column. The deadline of client tools is not among
/// them: it is searched for and has a column of its own. Nothing to remember is null.
final class TurnCodec {
  private TurnCodec() {}

  static byte @Nullable [] encode(TurnState turn) {
    if (isIdle(turn)) {
      return null;
    }
    return Json.write(json -> {
      json.writeStartObject();
      json.writeName("calls");
      json.writeStartArray();
      turn.openCalls().forEach(call -> write(json, call));
      json.writeEndArray();
      write(json, turn.retries());
      if (turn.failure() != null) {
        json.writeNumberProperty("failed_in", turn.failure().snapshot());
        json.writeName("failure");
        ErrorCodec.write(json, turn.failure().error());
      }
      json.writeBooleanProperty("compact", turn.compactRequested());
      write(json, turn.attempts());
      json.writeEndObject();
    });
  }

  static TurnState decode(byte @Nullable [] bytes, @Nullable Instant actionDeadline) {
    var read = new Read();
    if (bytes != null) {
      try (var json = Json.parser(bytes)) {
        json.nextToken();
        JsonFields.each(json, name -> read.take(name, json));
      }
    }
    return new TurnState(
        read.calls,
        new TurnState.Retries(read.failures, read.silences, read.pending),
        read.failure == null ? null : new TurnState.Failure(read.failure, read.failedIn),
        actionDeadline,
        read.compact,
        new TurnState.Attempts(read.recordedBy, read.takeovers, read.steps));
  }

  private static boolean isIdle(TurnState turn) {
    return turn.openCalls().isEmpty()
        && turn.retries().equals(TurnState.Retries.NONE)
        && turn.failure() == null
        && !turn.compactRequested()
        && turn.attempts().equals(TurnState.Attempts.NONE);
  }

  private static void write(JsonGenerator json, OpenCall call) {
    json.writeStartObject();
    json.writeNumberProperty("revision", call.revision());
    json.writeStringProperty("id", call.toolCallId());
    json.writeStringProperty("name", call.toolName());
    json.writeBooleanProperty("client", call.byClient());
    json.writeBooleanProperty("provider", call.origin().providerExecuted());
    if (call.origin().mcpServerConfigId() != null) {
      json.writeStringProperty("server", call.origin().mcpServerConfigId().toString());
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, TurnState.Retries retries) {
    json.writeNumberProperty("failures", retries.failures());
    json.writeNumberProperty("silences", retries.silences());
    var pending = retries.pending();
    if (pending != null) {
      json.writeName("pending");
      json.writeStartObject();
      json.writeStringProperty("due", pending.dueAt().toString());
      json.writeNumberProperty("delay", pending.delayMillis());
      json.writeName("error");
      ErrorCodec.write(json, pending.error());
      json.writeEndObject();
    }
  }

  private static void write(JsonGenerator json, TurnState.Attempts attempts) {
    if (attempts.recordedBy() != null) {
      json.writeStringProperty("recorded_by", attempts.recordedBy().toString());
    }
    json.writeNumberProperty("takeovers", attempts.takeovers());
    json.writeNumberProperty("steps", attempts.steps());
  }

  /// The fields as they come.
  private static final class Read {
    private final List<OpenCall> calls = new ArrayList<>();
    private int failures;
    private int silences;
    private TurnState.Retries.@Nullable Pending pending;
    private @Nullable ChatError failure;
    private long failedIn;
    private boolean compact;
    private @Nullable RunId recordedBy;
    private int takeovers;
    private int steps;

    void take(String name, JsonParser json) {
      switch (name) {
        case "calls" -> JsonFields.elements(json, () -> calls.add(readCall(json)));
        case "failures" -> failures = json.getIntValue();
        case "silences" -> silences = json.getIntValue();
        case "pending" -> pending = readPending(json);
        case "failed_in" -> failedIn = json.getLongValue();
        case "failure" -> failure = ErrorCodec.read(json);
        case "compact" -> compact = json.getBooleanValue();
        case "recorded_by" -> recordedBy = new RunId(UUID.fromString(json.getString()));
        case "takeovers" -> takeovers = json.getIntValue();
        case "steps" -> steps = json.getIntValue();
        default -> {} // Written by a later version.
      }
    }
  }

  private static OpenCall readCall(JsonParser json) {
    var fields = new CallFields();
    JsonFields.each(json, name -> fields.take(name, json));
    var origin =
        fields.server == null && !fields.provider
            ? ToolOrigin.NONE
            : new ToolOrigin(fields.server, fields.provider);
    return new OpenCall(fields.revision, fields.id, fields.name, fields.client, origin);
  }

  private static final class CallFields {
    private long revision;
    private String id = "";
    private String name = "";
    private boolean client;
    private boolean provider;
    private @Nullable UUID server;

    void take(String field, JsonParser json) {
      switch (field) {
        case "revision" -> revision = json.getLongValue();
        case "id" -> id = json.getString();
        case "name" -> name = json.getString();
        case "client" -> client = json.getBooleanValue();
        case "provider" -> provider = json.getBooleanValue();
        case "server" -> server = UUID.fromString(json.getString());
        default -> {} // Written by a later version.
      }
    }
  }

  private static TurnState.Retries.Pending readPending(JsonParser json) {
    var fields = new PendingFields();
    JsonFields.each(json, name -> fields.take(name, json));
    return new TurnState.Retries.Pending(fields.due, fields.delay, requireNonNull(fields.error));
  }

  private static final class PendingFields {
    private Instant due = Instant.EPOCH;
    private long delay;
    private @Nullable ChatError error;

    void take(String field, JsonParser json) {
      switch (field) {
        case "due" -> due = Instant.parse(json.getString());
        case "delay" -> delay = json.getLongValue();
        case "error" -> error = ErrorCodec.read(json);
        default -> {} // Written by a later version.
      }
    }
  }
}
