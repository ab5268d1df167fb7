package chatd.server.model;

import chatd.server.wire.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import tools.jackson.core.JsonGenerator;

/// What a [FakeProvider] answers to one request, step by step.
///
/// The head (200, an event stream) goes out before the first bytes of the body, unless [#status] or
/// [#headers] sent one. A script that just stops ends its body properly; whether the answer is
/// complete depends on a [#finish] among its events.
public record Script(List<Step> steps) {
  public Script {
    steps = List.copyOf(steps);
  }

  public sealed interface Step {
    /// Sends status line and headers.
    record Head(int status, Map<String, String> headers) implements Step {
      static final Head OF_A_STREAM = new Head(200, Map.of("Content-Type", "text/event-stream"));
    }

    /// Sends these bytes of the body as one HTTP chunk in one write; they are made when it is due.
    record Body(Supplier<byte[]> bytes) implements Step {}

    /// Goes on when the gate opens.
    record Pause(CountDownLatch gate) implements Step {}

    /// Goes on this long after the last `Pace` of the script went on.
    record Pace(Duration every) implements Step {}

    /// Sends nothing more, until the client closes the connection.
    record Hang() implements Step {}

    /// Resets the connection.
    record Reset() implements Step {}

    /// Closes the connection without the end of the body.
    record Close() implements Step {}
  }

  /// An empty script, to be continued.
  public static Script begin() {
    return new Script(List.of());
  }

  /// A complete answer of these deltas.
  public static Script answer(String... deltas) {
    return begin().text(deltas).finish("stop").usage(10, deltas.length).done();
  }

  /// A complete answer that sends one delta each time the period has passed.
  public static Script paced(Duration every, int parts, Supplier<String> text) {
    var steps = new ArrayList<Step>();
    for (var i = 0; i < parts; i++) {
      steps.add(new Step.Pace(every));
      steps.add(new Step.Body(() -> event(delta("content", text.get()))));
    }
    return new Script(steps).finish("stop").usage(10, parts).done();
  }

  /// An answer with a status of its own, such as 429, and a JSON body.
  public static Script status(int status, String body, String... headers) {
    var all = new LinkedHashMap<String, String>();
    all.put("Content-Type", "application/json");
    for (var i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    return begin().then(new Step.Head(status, all)).raw(body);
  }

  /// Sends the head of an event stream now, before there is a first event.
  public Script headers() {
    return then(Step.Head.OF_A_STREAM);
  }

  public Script text(String... deltas) {
    return thenEach("content", deltas);
  }

  public Script reasoning(String... deltas) {
    return thenEach("reasoning_content", deltas);
  }

  /// The first piece of a tool call, which brings id and name.
  public Script call(int index, String id, String name, String arguments) {
    return event(json ->
        choice(
            json,
            delta -> {
              delta.writeArrayPropertyStart("tool_calls");
              delta.writeStartObject();
              delta.writeNumberProperty("index", index);
              delta.writeStringProperty("id", id);
              delta.writeStringProperty("type", "function");
              delta.writeObjectPropertyStart("function");
              delta.writeStringProperty("name", name);
              delta.writeStringProperty("arguments", arguments);
              delta.writeEndObject();
              delta.writeEndObject();
              delta.writeEndArray();
            }));
  }

  /// More arguments of a tool call.
  public Script arguments(int index, String... pieces) {
    var script = this;
    for (var piece : pieces) {
      script =
          script.event(json ->
              choice(
                  json,
                  delta -> {
                    delta.writeArrayPropertyStart("tool_calls");
                    delta.writeStartObject();
                    delta.writeNumberProperty("index", index);
                    delta.writeObjectPropertyStart("function");
                    delta.writeStringProperty("arguments", piece);
                    delta.writeEndObject();
                    delta.writeEndObject();
                    delta.writeEndArray();
                  }));
    }
    return script;
  }

  /// The provider says that the answer has ended, and why.
  public Script finish(String reason) {
    return event("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}");
  }

  public Script usage(long input, long output) {
    return event(
        "{\"choices\":[],\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d}}"
            .formatted(input, output, input + output));
  }

  public Script done() {
    return event("[DONE]");
  }

  /// An event with this data.
  public Script event(String data) {
    return raw("data: " + data + "\n\n");
  }

  /// Bytes of the body as they are, as UTF-8.
  public Script raw(String body) {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    return then(new Step.Body(() -> bytes));
  }

  public Script pause(CountDownLatch gate) {
    return then(new Step.Pause(gate));
  }

  public Script hang() {
    return then(new Step.Hang());
  }

  public Script reset() {
    return then(new Step.Reset());
  }

  public Script close() {
    return then(new Step.Close());
  }

  /// The same, with neighbouring bytes of the body sent in pieces of this many bytes.
  public Script inPieces(int size) {
    var cut = new ArrayList<Step>();
    var together = new ByteArrayOutputStream();
    for (var step : steps) {
      if (step instanceof Step.Body(var bytes)) {
        together.writeBytes(bytes.get());
      } else {
        cut.addAll(pieces(together, size));
        cut.add(step);
      }
    }
    cut.addAll(pieces(together, size));
    return new Script(cut);
  }

  public Script then(Step step) {
    var longer = new ArrayList<>(steps);
    longer.add(step);
    return new Script(longer);
  }

  /// This script, and then that one.
  public Script then(Script next) {
    var longer = new ArrayList<>(steps);
    longer.addAll(next.steps);
    return new Script(longer);
  }

  private Script event(Json.Writer data) {
    var bytes = event(Json.write(data));
    return then(new Step.Body(() -> bytes));
  }

  private Script thenEach(String field, String... texts) {
    var longer = new ArrayList<>(steps);
    for (var text : texts) {
      var bytes = event(delta(field, text));
      longer.add(new Step.Body(() -> bytes));
    }
    return new Script(longer);
  }

  private static byte[] delta(String field, String text) {
    return Json.write(json -> choice(json, delta -> delta.writeStringProperty(field, text)));
  }

  private static void choice(JsonGenerator json, Json.Writer delta) {
    json.writeStartObject();
    json.writeArrayPropertyStart("choices");
    json.writeStartObject();
    json.writeNumberProperty("index", 0);
    json.writeObjectPropertyStart("delta");
    delta.write(json);
    json.writeEndObject();
    json.writeNullProperty("finish_reason");
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
  }

  private static byte[] event(byte[] data) {
    var event = new ByteArrayOutputStream(data.length + 8);
    event.writeBytes("data: ".getBytes(StandardCharsets.US_ASCII));
    event.writeBytes(data);
    event.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
    return event.toByteArray();
  }

  private static List<Step> pieces(ByteArrayOutputStream together, int size) {
    var pieces = new ArrayList<Step>();
    var bytes = together.toByteArray();
    together.reset();
    for (var from = 0; from < bytes.length; from += size) {
      var piece = Arrays.copyOfRange(bytes, from, Math.min(from + size, bytes.length));
      pieces.add(new Step.Body(() -> piece));
    }
    return pieces;
  }
}
