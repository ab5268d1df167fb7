package chatd.bench.user;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// What one snapshot of a chat showed somebody.
///
/// @param messages ascending by their numbers
/// @param queue in the order of execution
public record ChatView(List<Message> messages, List<Message> queue) {
  private static final int TAIL = 14;

  /// One message, or one that is queued.
  ///
  /// @param text of all its parts of text together
  /// @param calls ids of the tool calls in it
  /// @param results what the tool calls came to, by their ids, as JSON
  public record Message(
      long id, String role, String text, List<String> calls, Map<String, String> results) {

    private String line() {
      var begin = text.length() <= 30 ? text : text.substring(0, 30) + "...";
      return id + " " + role + " " + begin + (calls.isEmpty() ? "" : " calls " + calls);
    }

    boolean isOfUser() {
      return role.equals("user");
    }

    static Message of(JsonNode json) {
      var text = new StringBuilder();
      var calls = new ArrayList<String>();
      var results = new LinkedHashMap<String, String>();
      for (var part : json.path("content")) {
        switch (part.path("type").asString()) {
          case "text" -> text.append(part.path("text").asString());
          case "tool-call" -> calls.add(part.path("tool_call_id").asString());
          case "tool-result" ->
              results.put(part.path("tool_call_id").asString(), part.path("result").toString());
          default -> {} // Nothing that is looked at.
        }
      }
      var role = json.path("role").asString("user");
      return new Message(json.path("id").asLong(), role, text.toString(), calls, results);
    }
  }

  /// Of a page of the newest messages that holds all there are.
  public static ChatView ofPage(JsonNode page) {
    return new ChatView(sorted(page.path("messages")), all(page.path("queued_messages")));
  }

  /// Of the events of a first sync.
  public static ChatView ofSync(List<JsonNode> events) {
    var messages = new ArrayList<Message>();
    List<Message> queue = List.of();
    for (var event : events) {
      switch (event.path("type").asString()) {
        case "message" -> messages.add(Message.of(event.path("message")));
        case "queue_update" -> queue = all(event.path("queued_messages"));
        default -> {} // Nothing that is looked at.
      }
    }
    return new ChatView(messages, queue);
  }

  private static List<Message> sorted(JsonNode array) {
    var messages = new ArrayList<>(all(array));
    messages.sort(Comparator.comparingLong(Message::id));
    return messages;
  }

  private static List<Message> all(JsonNode array) {
    var messages = new ArrayList<Message>();
    array.forEach(each -> messages.add(Message.of(each)));
    return messages;
  }

  /// Its last messages and its queue, shortened, for people.
  public String tail() {
    var lines = new ArrayList<String>();
    messages.stream().skip(Math.max(0, messages.size() - TAIL)).forEach(it -> lines.add(it.line()));
    queue.forEach(it -> lines.add("queued " + it.line()));
    return String.join("; ", lines);
  }

  /// Calls of tools without a result yet.
  public List<String> openCalls() {
    var open = new ArrayList<String>();
    messages.forEach(message -> open.addAll(message.calls()));
    messages.forEach(message -> open.removeAll(message.results().keySet()));
    return open;
  }
}
