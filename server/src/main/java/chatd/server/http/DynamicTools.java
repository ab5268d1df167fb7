package chatd.server.http;

import chatd.server.wire.RequestFields;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The names of the tools that a client offers to run itself.
record DynamicTools(List<String> names) {
  private static final int COUNT_MAX = 250;

  static DynamicTools read(RequestFields fields) {
    var tools = fields.objects("unsafe_dynamic_tools");
    List<String> names = new ArrayList<>();
    if (tools != null) {
      for (var tool : tools) {
        names.add(orEmpty(tool.text("name")));
        tool.text("description");
      }
    }
    return new DynamicTools(names);
  }

  /// Refuses tools that break a rule, and then all of them: no turn can ask for them yet.
  void check() {
    if (names.size() > COUNT_MAX) {
      throw ApiError.TOO_MANY_DYNAMIC_TOOLS.asException();
    }
    if (names.stream().anyMatch(String::isBlank)) {
      throw ApiError.DYNAMIC_TOOL_NAME_EMPTY.asException();
    }
    if (new HashSet<>(names).size() < names.size()) {
      throw ApiError.DYNAMIC_TOOL_NAME_DUPLICATE.asException();
    }
    if (!names.isEmpty()) {
      throw ApiError.NOT_SERVED_YET.asException();
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
