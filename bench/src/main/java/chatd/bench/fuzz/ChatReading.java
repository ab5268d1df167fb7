package chatd.bench.fuzz;

import chatd.bench.user.ChatView;
import chatd.bench.user.Judge;
import chatd.server.wire.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The ways in which a chat is looked at.
final class ChatReading {
  private static final JsonMapper JSON = new JsonMapper(Json.FACTORY);
  private static final int PATIENCE_MILLIS = 30_000;

  private ChatReading() {}

  static String path(String chat, String rest) {
    return "/api/v2/chats/" + chat + rest;
  }

  static JsonNode chat(Person person, String chat, Step step) throws IOException {
    return Judge.json(person.ask(person.request("GET", path(chat, "")), step));
  }

  /// All its messages and its queue, as one page has them; nothing if it is not there.
  static Optional<ChatView> page(Person person, String chat, Step step) throws IOException {
    var request = person.request("GET", path(chat, "/messages?limit=200"));
    var reply = person.ask(request, step);
    return reply.status() == 200
        ? Optional.of(ChatView.ofPage(Judge.json(reply)))
        : Optional.empty();
  }

  /// Likewise, as the first sync of a stream has them.
  static Optional<ChatView> stream(Person person, String chat, Step step) throws IOException {
    var address = "http://127.0.0.1:" + person.port(step) + path(chat, "/stream");
    var connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
    connection.setReadTimeout(PATIENCE_MILLIS);
    connection.setRequestProperty("Authorization", "Bearer " + person.user().token());
    connection.setRequestProperty("Accept", "text/event-stream");
    try {
      step.seen(connection.getResponseCode());
      if (connection.getResponseCode() != 200) {
        return Optional.empty();
      }
      var input = new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8);
      return Optional.of(ChatView.ofSync(sync(new BufferedReader(input))));
    } finally {
      connection.disconnect();
    }
  }

  /// The events up to the last one of the sync, which is always a `preview_reset` here.
  private static List<JsonNode> sync(BufferedReader lines) throws IOException {
    var events = new ArrayList<JsonNode>();
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("data: ")) {
        var event = JSON.readTree(line.substring("data: ".length()));
        events.add(event);
        if (event.path("type").asString().equals("preview_reset")) {
          return events;
        }
      }
    }
    throw new IOException("a stream that ended within its first sync");
  }
}
