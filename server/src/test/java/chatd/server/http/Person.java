package chatd.server.http;

import chatd.core.message.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;

/// A user who is signed in, and talks to the server on one of the mounts.
record Person(ApiStage stage, UserId user, String token, String mount) {
  static final String V2 = "/api/v2/chats";
  static final String EXPERIMENTAL = "/api/experimental/chats";

  static Person signedIn(ApiStage stage, Duration lifetime) {
    var user = stage.backend.newUser("Ada");
    var token = UUID.randomUUID().toString();
    var hash = Sha256.of(token.getBytes(StandardCharsets.UTF_8));
    stage.backend.addToken(user, hash, lifetime);
    return new Person(stage, user, token, V2);
  }

  Person on(String otherMount) {
    return new Person(stage, user, token, otherMount);
  }

  /// A request below the mount.
  Reply call(String method, String path, String body, String... headers) {
    return callAt(method, mount + path, body, headers);
  }

  /// A request anywhere.
  Reply callAt(String method, String path, String body, String... headers) {
    return callAt(method, path, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  Reply callAt(String method, String path, byte[] body, String... headers) {
    var all =
        Stream.concat(Stream.of("Authorization", "Bearer " + token), Stream.of(headers))
            .toArray(String[]::new);
    return stage.send(method, path, body, all);
  }

  Reply get(String path) {
    return call("GET", path, "");
  }

  Reply post(String path, String body, String... headers) {
    return call("POST", path, body, headers);
  }

  Reply patch(String path, String body, String... headers) {
    return call("PATCH", path, body, headers);
  }

  Reply delete(String path) {
    return call("DELETE", path, "");
  }

  /// A new chat, whose turn nobody has taken yet.
  OneChat newChat() {
    return newChatOf(post("", content("first")).is(201));
  }

  /// The chat that was made by this answer.
  OneChat newChatOf(Reply reply) {
    return OneChat.of(this, UUID.fromString(reply.text("id")));
  }

  /// The body of a request with this text as its content, and more fields if wanted.
  static String content(String text, String... fields) {
    var more = String.join("", Stream.of(fields).map(field -> "," + field).toList());
    return "{\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]" + more + "}";
  }
}
