package chatd.server.model;

import chatd.server.wire.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.function.Supplier;

/// What a provider of the Messages API answers, event by event. Its script is played by a
/// [FakeProvider].
record MessagesScript(Script script) {

  static MessagesScript begin() {
    return new MessagesScript(Script.begin());
  }

  /// A complete answer of these deltas.
  static Script answer(String... deltas) {
    return begin()
        .start(10)
        .text(0, deltas)
        .stopBlock(0)
        .stop("end_turn", deltas.length)
        .end()
        .script();
  }

  /// An answer that sends one delta each time the period has passed.
  static Script paced(Duration every, int parts, String text) {
    var script = begin().start(10).script();
    var delta = new Script.Step.Body(begin().text(0, text).bytes());
    var steps = new ArrayList<>(script.steps());
    for (var i = 0; i < parts; i++) {
      steps.add(new Script.Step.Pace(every));
      steps.add(delta);
    }
    return new Script(steps);
  }

  private Supplier<byte[]> bytes() {
    return ((Script.Step.Body) script.steps().getLast()).bytes();
  }

  MessagesScript start(long input) {
    return event(
        "message_start",
        """
        {"type":"message_start","message":{"id":"msg_1","role":"assistant","content":[],\
        "stop_reason":null,"usage":{"input_tokens":%d,"cache_creation_input_tokens":20,\
        "cache_read_input_tokens":30,"output_tokens":1}}}\
        """
            .formatted(input));
  }

  /// A block of text, or more of it.
  MessagesScript text(int index, String... deltas) {
    var script =
        event(
            "content_block_start",
            "{\"type\":\"content_block_start\",\"index\":%d,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}"
                .formatted(index));
    for (var delta : deltas) {
      script = script.delta(index, "text_delta", "text", delta);
    }
    return script;
  }

  MessagesScript thinking(int index, String signature, String... deltas) {
    var script =
        event(
            "content_block_start",
            "{\"type\":\"content_block_start\",\"index\":%d,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}"
                .formatted(index));
    for (var delta : deltas) {
      script = script.delta(index, "thinking_delta", "thinking", delta);
    }
    return script.delta(index, "signature_delta", "signature", signature).stopBlock(index);
  }

  /// A tool call with these pieces of its arguments.
  MessagesScript call(int index, String id, String name, String... pieces) {
    var script =
        event(
            "content_block_start",
            "{\"type\":\"content_block_start\",\"index\":%d,\"content_block\":{\"type\":\"tool_use\",\"id\":\"%s\",\"name\":\"%s\",\"input\":{}}}"
                .formatted(index, id, name));
    for (var piece : pieces) {
      script = script.delta(index, "input_json_delta", "partial_json", piece);
    }
    return script;
  }

  MessagesScript delta(int index, String type, String field, String text) {
    var data =
        Json.write(json -> {
          json.writeStartObject();
          json.writeStringProperty("type", "content_block_delta");
          json.writeNumberProperty("index", index);
          json.writeObjectPropertyStart("delta");
          json.writeStringProperty("type", type);
          json.writeStringProperty(field, text);
          json.writeEndObject();
          json.writeEndObject();
        });
    return event("content_block_delta", new String(data, StandardCharsets.US_ASCII));
  }

  MessagesScript stopBlock(int index) {
    return event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" + index + "}");
  }

  /// The provider says why the answer has ended.
  MessagesScript stop(String reason, long output) {
    return event(
        "message_delta",
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"%s\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":%d}}"
            .formatted(reason, output));
  }

  MessagesScript end() {
    return event("message_stop", "{\"type\":\"message_stop\"}");
  }

  MessagesScript ping() {
    return event("ping", "{\"type\": \"ping\"}");
  }

  MessagesScript error(String type, String message) {
    return event(
        "error",
        "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":\"%s\"}}"
            .formatted(type, message));
  }

  MessagesScript event(String type, String data) {
    return new MessagesScript(script.raw("event: " + type + "\ndata: " + data + "\n\n"));
  }

  MessagesScript hang() {
    return new MessagesScript(script.hang());
  }
}
