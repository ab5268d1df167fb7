package chatd.bench.chaos;

import chatd.bench.chaos.Words.Word;
import chatd.bench.user.Dice;
import chatd.bench.user.Said;
import chatd.server.model.ProviderExchange;
import chatd.server.model.Script;
import chatd.server.wire.Json;
import chatd.strict.AnsweredCalls;
import java.time.Duration;
import java.util.HashSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The model of all chats. It looks at each conversation that it is given, and answers in numbered
/// words, often in a way that the last message asks for: long, broken off, refused, with calls.
public final class Model {
  private static final JsonMapper JSON = new JsonMapper(Json.FACTORY);
  private static final Pattern ASKED = Pattern.compile("\\[((c\\d+)-\\d+)] (\\w+):");
  private static final String TITLE_TASK = "Name the topic of the conversation";
  private static final int REASONING_MAX = 5;

  private final Chronicle chronicle;
  private final Violations violations;
  private final long seed;
  private volatile boolean isCalm;

  Model(Chronicle chronicle, Violations violations, long seed) {
    this.chronicle = chronicle;
    this.violations = violations;
    this.seed = seed;
  }

  /// From now on it answers everything at once and in full.
  void calm() {
    isCalm = true;
  }

  /// What it says to one request.
  public Script answer(ProviderExchange exchange) {
    if (exchange.body().contains(TITLE_TASK)) {
      return Script.answer("A ", "title");
    }
    var asked = ASKED.matcher(exchange.lastUserText()).results().toList();
    if (asked.isEmpty()) {
      violations.add(Violation.Kind.MIXED, "a prompt", "no known user asks: " + exchange.body());
      return Script.answer("What?");
    }
    var last = asked.getLast();
    var prompt = JSON.readTree(exchange.body());
    look(last.group(2), exchange.body(), prompt);
    var request = chronicle.nextRequest();
    var dice = new Dice(seed, "model", 0, request);
    return new Answering(request, last.group(2), last.group(1), dice)
        .script(isCalm ? "brief" : last.group(3), isAfterCalls(prompt));
  }

  private static boolean isAfterCalls(JsonNode prompt) {
    var messages = prompt.path("messages");
    return messages.path(messages.size() - 1).path("role").asString("").equals("tool");
  }

  /// A conversation is one chat's, has each message once, and no call without its result.
  private void look(String name, String body, JsonNode prompt) {
    var where = "a prompt of " + name;
    AnsweredCalls.check(body)
        .ifPresent(what -> violations.add(Violation.Kind.UNANSWERED_CALL, where, what));
    var ids = new HashSet<String>();
    for (var message : prompt.path("messages")) {
      var content = message.path("content").asString("");
      switch (message.path("role").asString("")) {
        case "user" ->
            ASKED
                .matcher(content)
                .results()
                .forEach(id -> {
                  if (!id.group(2).equals(name)) {
                    violations.add(Violation.Kind.MIXED, where, "a message of another: " + body);
                  } else if (!ids.add(id.group(1))) {
                    violations.add(Violation.Kind.REPEATED, where, "a message twice: " + body);
                  }
                });
        case "assistant" ->
            chronicle
                .story(name)
                .ifPresent(story ->
                    story
                        .prompted(content)
                        .forEach(flaw -> violations.add(flaw.kind(), where, flaw.what())));
        default -> {} // Said by the server or a tool.
      }
    }
  }

  /// The answer to one request.
  private final class Answering {
    private final long request;
    private final String story;
    private final String asked;
    private final Dice dice;

    Answering(long request, String story, String asked, Dice dice) {
      this.request = request;
      this.story = story;
      this.asked = asked;
      this.dice = dice;
    }

    Script script(String task, boolean isAfterCalls) {
      return switch (task) {
        case "brief" -> words(3, Duration.ZERO).finish("stop").done();
        case "long" -> words(dice.between(60, 150), pace(30, 90)).finish("stop").done();
        case "call" -> isAfterCalls ? ordinary() : calls();
        case "break" -> dice.oneIn(2) ? ordinary() : broken();
        case "refuse" ->
            dice.oneIn(2)
                ? ordinary()
                : Script.status(400, "{\"error\":{\"message\":\"not like this\"}}");
        case "busy" ->
            dice.oneIn(2) ? ordinary() : Script.status(429, "{}", "Retry-After", dice.of("0", "1"));
        case "hang" -> dice.oneIn(3) ? words(dice.between(3, 9), pace(20, 60)).hang() : ordinary();
        default -> ordinary();
      };
    }

    private Script ordinary() {
      return words(dice.between(3, 40), pace(20, 120)).finish("stop").usage(10, 10).done();
    }

    private Script broken() {
      var begun = words(dice.between(3, 20), pace(10, 60));
      return dice.oneIn(2) ? begun.reset() : begun.close();
    }

    private Script calls() {
      var script = words(dice.between(3, 10), pace(10, 60));
      var count = dice.between(1, 2);
      for (var i = 0; i < count; i++) {
        script = script.call(i, "k" + request + "-" + i, "pick", "{\"n\":").arguments(i, i + "}");
      }
      return script.finish("tool_calls").done();
    }

    private Duration pace(int least, int most) {
      return Duration.ofMillis(dice.between(least, most));
    }

    /// So many words, some of the first ones as reasoning; the first one comes at once.
    private Script words(int count, Duration every) {
      var reasoning = dice.oneIn(3) ? dice.between(1, Math.min(REASONING_MAX, count - 1)) : 0;
      chronicle.plan(request, new Chronicle.Planned(story, reasoning, count));
      var script = Script.begin();
      for (var i = 1; i <= count; i++) {
        var word = new Word(request, i).toString();
        if (i > 1) {
          script = script.then(new Script.Step.Pace(every));
        }
        if (i <= reasoning) {
          script = script.reasoning(word);
        } else {
          script = script.text(i == reasoning + 1 ? Said.greeting(asked) + word : word);
        }
      }
      return script;
    }
  }
}
