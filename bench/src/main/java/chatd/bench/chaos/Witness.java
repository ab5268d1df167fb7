package chatd.bench.chaos;

import chatd.bench.chaos.World.Figures;
import chatd.strict.StreamEvent;
import chatd.strict.StreamRequest;
import chatd.strict.StrictClient;
import chatd.strict.StrictClient.Episode;
import chatd.strict.StrictClient.Memory;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/// What one viewer is shown of one chat, over all its connections, looked at event by event: by the
/// rules for servers, and beside what everybody else is shown.
final class Witness {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final int EVENTS_KEPT = 40;

  private final String name;
  private final Who who;
  private final Memory memory;
  private StrictClient client;
  private String worker = "";

  /// Of which chat, and where everything goes that it sees.
  record Who(
      Story story, String chat, Violations violations, Takeovers takeovers, Figures figures) {}

  /// @param how how it looks, for people
  Witness(Who who, Memory memory, String how) {
    this.who = who;
    this.memory = memory;
    this.name =
        "a viewer (%s, %s) of %s, chat %s".formatted(how, memory, who.story.name(), who.chat);
    this.client = newClient();
  }

  private StrictClient newClient() {
    return new StrictClient(who.chat, memory).forgetful(EVENTS_KEPT);
  }

  /// A new connection: what it asks for.
  synchronized StreamRequest connect(boolean hasEventIds) {
    return client.connect(hasEventIds);
  }

  /// Whether nothing was wrong that the connection could go on after. If something was, it begins
  /// anew with the next one, as somebody who knows nothing.
  synchronized boolean take(List<StreamEvent> events) {
    try {
      for (var event : events) {
        var json = JSON.readTree(event.json());
        client.receive(event, json);
        look(json);
      }
      return true;
    } catch (AssertionError | RuntimeException e) {
      violation(Violation.Kind.FORBIDDEN, String.valueOf(e.getMessage()));
      client = newClient();
      return false;
    }
  }

  private void look(JsonNode event) {
    switch (event.path("type").asString()) {
      case "message" -> who.story.row(event.path("message")).forEach(this::flaw);
      case "status" -> worker = event.path("status").path("worker_id").asString("");
      case "message_part" -> part(event.path("message_part"));
      default -> {} // The strict client has looked at it.
    }
  }

  private void part(JsonNode part) {
    var last = part.path("seq").asLong();
    var first = part.path("first_seq").asLong(last);
    var episode =
        new Episode(
            part.path("history_version").asLong(), part.path("generation_attempt").asLong());
    who.figures.frames().increment();
    who.figures.parts().add(last - first + 1);
    who.takeovers.part(who.chat, worker, episode, System.nanoTime());
    var content = part.path("part");
    var type = content.path("type").asString();
    if (type.equals("text") || type.equals("reasoning")) {
      who.story.part(episode, first, last, content.path("text").asString()).forEach(this::flaw);
    }
  }

  private void flaw(Words.Flaw flaw) {
    violation(flaw.kind(), flaw.what());
  }

  /// Something is wrong that only the viewer knows.
  synchronized void violation(Violation.Kind kind, String what) {
    var around = client.seen().stream().map(seen -> seen.connection() + " " + seen.raw()).toList();
    who.violations.add(new Violation(kind, name, what, around));
  }

  /// Whether it shows exactly this.
  synchronized boolean shows(Map<Long, JsonNode> rows, String status, long historyVersion) {
    return client.is(status)
        && client.historyVersion() == historyVersion
        && client.messages().equals(rows);
  }

  /// It does not show what it should.
  synchronized void complain(String expected) {
    violation(
        Violation.Kind.LOST,
        "it shows %s at history %d with the rows %s, and not %s"
            .formatted(
                client.state(), client.historyVersion(), client.messages().keySet(), expected));
  }
}
