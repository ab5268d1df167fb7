package chatd.engine.port;

import chatd.core.message.ToolSpec;
import chatd.core.turn.Prompt;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request to a model. `reasoningEffort` null: the provider's own default.
public record ModelRequest(
    ModelConfig model,
    Prompt prompt,
    List<ToolSpec> tools,
    @Nullable String reasoningEffort,
    Purpose purpose) {
  public ModelRequest {
    tools = List.copyOf(tools);
  }

  /// What the answer is for.
  public enum Purpose {
    ANSWER,
    TITLE
  }
}
