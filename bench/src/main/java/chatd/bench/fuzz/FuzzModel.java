package chatd.bench.fuzz;

import chatd.bench.user.Said;
import chatd.server.model.ProviderExchange;
import chatd.server.model.Script;
import chatd.server.wire.Json;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/// The model of the chats that are fuzzed. It answers `[ID] TASK: anything` as the task says, and
/// begins each answer with the id, so that it is seen to which message an answer belongs.
public final class FuzzModel {
  private static final JsonMapper JSON = new JsonMapper(Json.FACTORY);
  private static final Pattern MESSAGE = Pattern.compile("\\[([\\w-]+)] (\\w+):");
  private static final Duration SLOW_EVERY = Duration.ofMillis(40);
  private static final int SLOW_PARTS = 40;

  private final AtomicInteger broken = new AtomicInteger();

  /// What it says to one request.
  public Script answer(ProviderExchange exchange) {
    // Messages that nobody has answered come together, as one text: the last one counts.
    var asked = MESSAGE.matcher(exchange.lastUserText()).results().toList();
    if (asked.isEmpty()) {
      return Script.answer("A ", "few ", "words.");
    }
    var id = asked.getLast().group(1);
    var greeting = Said.greeting(id);
    return switch (asked.getLast().group(2)) {
      case "slow" ->
          Script.begin().text(greeting).then(Script.paced(SLOW_EVERY, SLOW_PARTS, () -> " on"));
      case "refuse" -> Script.status(400, "{\"error\":{\"message\":\"no\"}}");
      case "break" ->
          broken.incrementAndGet() % 2 == 0
              ? Script.answer(greeting, " at last")
              : Script.begin().text(greeting, " bro").reset();
      case "call" ->
          isAnswered(exchange) || !exchange.body().contains("\"tools\"")
              ? Script.answer(greeting, " done")
              : calls(greeting, id);
      case "odd" -> Script.answer(greeting, "\u0000", "\ud800", "\udc00\ud83d", "\ude00", "\u202e");
      default -> Script.answer(greeting, " it", " is", " so");
    };
  }

  private static Script calls(String greeting, String id) {
    return Script.begin()
        .text(greeting)
        .call(0, "a-" + id, "pick", "{\"n\":1}")
        .call(1, "b-" + id, "pick", "{\"n\":")
        .arguments(1, "2}")
        .finish("tool_calls")
        .usage(10, 2)
        .done();
  }

  /// Whether what was said last are the results of tools.
  private static boolean isAnswered(ProviderExchange exchange) {
    var messages = JSON.readTree(exchange.body()).path("messages");
    return messages.path(messages.size() - 1).path("role").asString("").equals("tool");
  }
}
