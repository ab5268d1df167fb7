package chatd.server.model;

import chatd.core.message.ContentPart;
import chatd.core.message.Role;
import chatd.core.message.ToolSpec;
import chatd.core.turn.Prompt;
import chatd.engine.port.ModelConfig;
import chatd.engine.port.ModelRequest;
import java.util.List;
import java.util.UUID;

/// Requests for tests.
final class Asked {
  static final ModelConfig MODEL =
      new ModelConfig(new UUID(0, 1), "openai", "gpt-test", "Test", 100_000);

  private Asked() {}

  static ModelRequest user(String text) {
    return of(entry(Role.USER, new ContentPart.Text(text)));
  }

  static ModelRequest of(Prompt.Entry... entries) {
    return new ModelRequest(
        MODEL, new Prompt(List.of(entries)), List.of(), null, ModelRequest.Purpose.ANSWER);
  }

  static ModelRequest withTools(String text, ToolSpec... tools) {
    return new ModelRequest(
        MODEL, user(text).prompt(), List.of(tools), null, ModelRequest.Purpose.ANSWER);
  }

  static Prompt.Entry entry(Role role, ContentPart... content) {
    return new Prompt.Entry(role, List.of(content));
  }
}
