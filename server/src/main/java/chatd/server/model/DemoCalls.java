package chatd.server.model;

import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.core.message.ToolOrigin;
import chatd.core.message.ToolSpec;
import chatd.core.part.Part;
import chatd.engine.port.ModelRequest;
import chatd.server.wire.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/// The tool calls of the demo model.
final class DemoCalls {
  private static final String NO_TOOL = "demo_tool";
  private static final RawJson NOTE = new RawJson("{\"note\":\"from the demo model\"}");

  private DemoCalls() {}

  /// A call of the tool that `asked` begins with, else of the first there is, else of one that does
  /// not exist; with the JSON behind its name, if there is any.
  static List<Part> ofOne(ModelRequest request, String asked) {
    var words = asked.strip();
    var named =
        request.tools().stream()
            .map(ToolSpec::name)
            .filter(words::startsWith)
            .max(Comparator.comparingInt(String::length));
    if (named.isPresent()) {
      return call(1, named.get(), arguments(words.substring(named.get().length())));
    }
    var first = request.tools().isEmpty() ? NO_TOOL : request.tools().getFirst().name();
    return call(1, first, NOTE);
  }

  /// A call of each tool there is, and of one that does not exist.
  static List<Part> ofAll(ModelRequest request) {
    var names = Stream.concat(request.tools().stream().map(ToolSpec::name), Stream.of(NO_TOOL));
    List<Part> parts = new ArrayList<>();
    var number = 1;
    for (var name : names.toList()) {
      parts.addAll(call(number++, name, NOTE));
    }
    return parts;
  }

  private static List<Part> call(int number, String tool, RawJson arguments) {
    var id = "demo_call_" + number;
    var parts =
        new ArrayList<>(
            DemoAnswer.words(
                arguments.text(), word -> new Part.ArgsDelta(id, tool, word, ToolOrigin.NONE)));
    parts.add(new Part.Whole(new ContentPart.ToolCall(id, tool, arguments, ToolOrigin.NONE, null)));
    return parts;
  }

  private static RawJson arguments(String text) {
    try {
      return text.isBlank() ? NOTE : Json.raw(text.strip());
    } catch (JacksonException _) {
      return NOTE;
    }
  }
}
