package chatd.server.model;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Which models are offered.
///
/// @param defaultModel `demo`, or `openai/` and the provider's own name of a model
/// @param openAiBaseUrl where the OpenAI-compatible provider is
/// @param openAiKey null if none was set
public record ModelSettings(String defaultModel, URI openAiBaseUrl, @Nullable ApiKey openAiKey) {
  /// The demo model alone.
  public static final ModelSettings DEMO = new ModelSettings("demo", OpenAiEndpoint.OPENAI, null);
}
