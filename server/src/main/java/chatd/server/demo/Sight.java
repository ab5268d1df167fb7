package chatd.server.demo;

import chatd.server.wire.JsonValue;

/// What a viewer of the chat knows, from the events that its replica sent.
///
/// @param snapshot the state of the chat that `status` and `worker` are of
/// @param status of the chat; empty before it was told
/// @param worker the id of the replica that has the turn; empty while none has
/// @param attempt of the step that is shown
/// @param parts how many parts of it there were
/// @param words the end of what was said last
record Sight(long snapshot, String status, String worker, long attempt, long parts, String words) {
  private static final int WORDS_MAX = 500;

  static final Sight NOTHING = new Sight(0, "", "", 0, 0, "");

  Sight on(JsonValue event) {
    return switch (event.member("type").asText()) {
      case "status" -> {
        var told = event.member("status");
        var status = told.member("status").asText();
        var worker = told.member("worker_id").asText();
        var snapshot = event.member("snapshot_version").asInteger();
        yield new Sight(snapshot, status, worker, attempt, parts, words);
      }
      case "preview_reset" -> {
        var next = event.member("generation_attempt").asInteger();
        yield new Sight(snapshot, status, worker, next, 0, "");
      }
      case "message_part" -> {
        var part = event.member("message_part");
        var more = words + part.member("part").member("text").asText();
        var attempt = part.member("generation_attempt").asInteger();
        yield new Sight(
            snapshot, status, worker, attempt, part.member("seq").asInteger(), end(more));
      }
      case "message" -> {
        var message = event.member("message");
        yield message.member("role").asText().equals("assistant")
            ? new Sight(snapshot, status, worker, attempt, parts, end(text(message)))
            : new Sight(snapshot, status, worker, 0, 0, "");
      }
      default -> this;
    };
  }

  private static String text(JsonValue message) {
    var text = new StringBuilder();
    for (var part : message.member("content").asElements()) {
      if (part.member("type").asText().equals("text")) {
        text.append(part.member("text").asText());
      }
    }
    return text.toString();
  }

  private static String end(String text) {
    return text.substring(Math.max(0, text.length() - WORDS_MAX));
  }
}
