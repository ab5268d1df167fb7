package chatd.e2e;

import chatd.e2e.StreamSocket.Kind;
import chatd.strict.StrictClient;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// Does what a story says, and tells it.
///
/// @param user asks the server that runs now
record Narrator(Recording recording, Supplier<ApiClient> user) {

  /// A new chat; returns its id.
  String create(String text) {
    var chat = user.get().create(text);
    recording.line("user", "POST / \"" + text + "\" -> 201 " + chat);
    return chat;
  }

  /// Sends a message, which has to be answered with this status.
  JsonNode send(String chat, String text, String busyBehavior, int status) {
    var answer = user.get().send(chat, text, busyBehavior);
    var body = answer.expect(status);
    var outcome =
        body.has("queued")
            ? body.path("queued").asBoolean() ? "queued" : "in history"
            : body.path("message").asString();
    recording.line(
        "user",
        "POST messages \"%s\" busy_behavior=%s -> %d %s"
            .formatted(text, busyBehavior, status, outcome));
    return body;
  }

  void interrupt(String chat) {
    var body = user.get().interrupt(chat).expect(200);
    recording.line("user", "POST interrupt -> 200 " + body.path("status").asString());
  }

  /// The user made a request.
  void does(String request, ApiClient.Answer answer) {
    var body = answer.body();
    var outcome =
        body.has("status") ? body.path("status").asString() : body.path("message").asString("");
    recording.line("user", "%s -> %d %s".formatted(request, answer.status(), outcome).strip());
  }

  /// The provider does something.
  void says(String what) {
    recording.line("provider", what);
  }

  /// A viewer that is connected.
  StreamViewer open(String chat, Kind kind) {
    recording.line("viewer", "opens the stream over " + kind);
    return StreamViewer.open(user.get(), chat, kind);
  }

  void comesBack(StreamViewer viewer) {
    var position =
        viewer.<String>get(
            c -> c.episode().history() + "." + c.episode().attempt() + "." + c.last());
    recording.line("viewer", "comes back with its cursor, #" + position);
    viewer.connect();
  }

  /// What the viewer shows now.
  void sees(StreamViewer viewer) {
    viewer.<String>get(Narrator::summary).lines().forEach(s -> recording.line("viewer", s));
  }

  private static String summary(StrictClient client) {
    var summary = new StringBuilder("sees " + client.state());
    var preview = client.preview();
    if (preview.length() > 0 && client.is("running") && client.retry() == null) {
      summary.append(", preview \"").append(preview.text()).append('"');
    }
    if (!client.queued().isEmpty()) {
      summary.append(", queue ").append(client.queued());
    }
    if (client.is("waiting")) {
      summary.append(client.history().stream().map(m -> "\n  " + m).collect(Collectors.joining()));
    }
    return summary.toString();
  }

  /// The events of the connection so far, as they were sent.
  void showEvents(StreamViewer viewer) {
    viewer
        .<List<StrictClient.Seen>>get(StrictClient::seenOnConnection)
        .forEach(seen -> recording.line("  stream", seen.raw()));
  }

  /// The newest event of a type, as it was sent.
  void showLast(StreamViewer viewer, String type) {
    var events = viewer.<List<StrictClient.Seen>>get(StrictClient::seenOnConnection);
    events.stream()
        .filter(seen -> seen.type().equals(type))
        .reduce((_, last) -> last)
        .ifPresent(seen -> recording.line("  stream", seen.raw()));
  }
}
