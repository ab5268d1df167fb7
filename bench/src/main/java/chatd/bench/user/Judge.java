package chatd.bench.user;

import chatd.contract.Answer;
import chatd.contract.Contract;
import chatd.server.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is wrong about an answer, whatever was asked.
public final class Judge {
  private static final JsonMapper JSON = new JsonMapper(Json.FACTORY);
  private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /// What only a program says about itself. Nothing of it is ever sent here, so an answer that only
  /// repeats what it was asked does not have it.
  private static final Pattern INSIDE =
      Pattern.compile(
          "\\tat |Exception|java\\.lang|org\\.(postgresql|eclipse)|chatd\\.|SQLSTATE|(?i)select .* from ");

  private Judge() {}

  /// Of an answer to bytes that may not have been a request.
  public static List<String> complaints(Reply reply) {
    var complaints = new ArrayList<String>();
    if (reply.status() >= 500 && !isForeseen(reply)) {
      complaints.add("status " + reply.status() + ": " + shortened(reply.text()));
    }
    if (!UUID.matcher(reply.header("X-Chat-Replica-Id").orElse("")).matches()) {
      complaints.add("status " + reply.status() + " without the id of the replica");
    }
    if (reply.header("X-Request-Id").isEmpty()) {
      complaints.add("status " + reply.status() + " without the id of the request");
    }
    if (reply.status() >= 300 && reply.body().length > 0) {
      complaints.addAll(ofError(reply));
    }
    return complaints;
  }

  /// Of an answer to a request that was HTTP, by the document of the interface too.
  public static List<String> complaints(Request request, Reply reply) {
    var complaints = new ArrayList<>(complaints(reply));
    if (complaints.isEmpty() && !isOfTransport(reply)) {
      try {
        Contract.hold(
            new Answer(
                request.method(), request.path(), reply.status(), reply.headers(), reply.body()));
      } catch (AssertionError violated) {
        complaints.add(shortened(violated.toString()));
      }
    }
    return complaints;
  }

  /// A route that is not served yet, and a title for which the model was asked in vain, which the
  /// detail says: the model of these chats fails on purpose.
  private static boolean isForeseen(Reply reply) {
    return reply.status() == 501
        || (reply.status() == 503 && !json(reply).path("detail").asString("").isEmpty());
  }

  private static List<String> ofError(Reply reply) {
    if (!reply.header("Content-Type").orElse("").equals("application/json; charset=utf-8")) {
      return List.of("status " + reply.status() + " whose body is no JSON");
    }
    try {
      var message = JSON.readTree(reply.body()).path("message");
      if (!message.isString() || message.asString().isEmpty()) {
        return List.of(
            "status " + reply.status() + " without a message: " + shortened(reply.text()));
      }
    } catch (JacksonException _) {
      return List.of("status " + reply.status() + " with broken JSON: " + shortened(reply.text()));
    }
    return INSIDE.matcher(reply.text()).find()
        ? List.of("an error that tells too much: " + shortened(reply.text()))
        : List.of();
  }

  /// Whether it was answered before any route: the document says that its text is then that of the
  /// status.
  private static boolean isOfTransport(Reply reply) {
    var hasText = reply.body().length > 0;
    return reply.status() / 100 == 4
        && (hasText ? message(reply).equals(reply.reason() + ".") : reply.isLast());
  }

  /// The `message` of an error; empty if it has none.
  public static String message(Reply reply) {
    try {
      return json(reply).path("message").asString("");
    } catch (JacksonException _) {
      return "";
    }
  }

  /// The body, which is JSON.
  public static JsonNode json(Reply reply) {
    return JSON.readTree(reply.body());
  }

  private static String shortened(String text) {
    return text.length() <= 400 ? text : text.substring(0, 400) + "...";
  }
}
