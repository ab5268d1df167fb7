package chatd.bench.fuzz;

import chatd.bench.user.Dice;
import chatd.bench.user.Request;
import chatd.contract.Document;
import chatd.contract.Document.Operation;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Valid requests to every route of the document, as it stands there.
final class Routes {
  private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");
  private static final String CONTENT = "content";

  private final Document document;
  private final List<Operation> operations;

  Routes(Document document) {
    this.document = document;
    this.operations = List.copyOf(document.operations().values());
  }

  List<Operation> operations() {
    return operations;
  }

  /// One that should do, to one of the routes.
  Request draw(Dice dice, Ids ids) {
    return request(dice.of(operations), dice, ids);
  }

  Request request(Operation operation, Dice dice, Ids ids) {
    var samples = new Samples(document, dice, ids);
    var target = path(operation, dice, ids);
    var request = Request.of(operation.method(), target);
    var query = new ArrayList<String>();
    for (var parameter : parameters(operation)) {
      var name = parameter.path("name").asString();
      var where = parameter.path("in").asString();
      if (!where.equals("path") && dice.oneIn(2)) {
        var value = samples.value(name, parameter.path("schema"));
        var text = value.isArray() ? value.path(0).asString("") : value.asString("");
        if (where.equals("query")) {
          query.add(name + "=" + URLEncoder.encode(text, StandardCharsets.UTF_8));
        } else {
          request = request.with(name + ": " + text);
        }
      }
    }
    var asked =
        query.isEmpty() ? request : request.withTarget(target + "?" + String.join("&", query));
    return withBody(asked, operation, dice, samples);
  }

  private Request withBody(Request request, Operation operation, Dice dice, Samples samples) {
    var content = document.resolved(operation.description().path("requestBody")).path(CONTENT);
    if (content.isEmpty()) {
      return request;
    }
    var media = dice.of(List.copyOf(content.properties()));
    var typed = request.with("Content-Type: " + media.getKey());
    return media.getValue().has("schema")
        ? typed.withBody(Texts.json(samples.value("", media.getValue().path("schema"))))
        : typed.withBody(dice.bytes(dice.below(600)));
  }

  private static String path(Operation operation, Dice dice, Ids ids) {
    return PARAMETER
        .matcher(operation.path())
        .replaceAll(
            found -> ids.any(found.group(1), dice).orElseGet(() -> unknown(found.group(1), dice)));
  }

  /// Of something that is not there, in the right form.
  private static String unknown(String parameter, Dice dice) {
    return switch (parameter) {
      case "message", "queued" -> Integer.toString(dice.between(1, 1_000_000));
      case "user" -> "me";
      case "organization" -> "default";
      default -> dice.uuid();
    };
  }

  /// Those of the path in general are not needed: the path names them.
  private List<JsonNode> parameters(Operation operation) {
    var parameters = new ArrayList<JsonNode>();
    operation.description().path("parameters").forEach(it -> parameters.add(document.resolved(it)));
    return parameters;
  }
}
