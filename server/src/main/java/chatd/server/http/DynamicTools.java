package chatd.server.http;

import chatd.core.message.ToolSpec;
import chatd.server.wire.RequestFields;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The tools that a client offers to run itself.
record DynamicTools(List<ToolSpec> specs) {
  private static final int COUNT_MAX = 250;

  static DynamicTools read(RequestFields fields) {
    var tools = fields.objects("unsafe_dynamic_tools");
    return tools == null
        ? new DynamicTools(List.of())
        : new DynamicTools(tools.stream().map(DynamicTools::spec).toList());
  }

  private static ToolSpec spec(RequestFields tool) {
    var schema = tool.rawObject("input_schema");
    return new ToolSpec(
        orEmpty(tool.text("name")),
        orEmpty(tool.text("description")),
        schema == null ? ToolSpec.ANY_INPUT : schema);
  }

  /// Refuses tools that break a rule.
  void check() {
    if (specs.size() > COUNT_MAX) {
      throw ApiError.TOO_MANY_DYNAMIC_TOOLS.asException();
    }
    var names = specs.stream().map(ToolSpec::name).toList();
    if (names.stream().anyMatch(Whitespace::isAll)) {
      throw ApiError.DYNAMIC_TOOL_NAME_EMPTY.asException();
    }
    if (new HashSet<>(names).size() < names.size()) {
      throw ApiError.DYNAMIC_TOOL_NAME_DUPLICATE.asException();
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
