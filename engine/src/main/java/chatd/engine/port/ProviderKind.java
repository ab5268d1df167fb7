package chatd.engine.port;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The kinds of model providers. There is at most one provider of each.
public enum ProviderKind {
  ANTHROPIC("anthropic", "Anthropic", "https://api.anthropic.com"),
  OPENAI("openai", "OpenAI", "https://api.openai.com/v1"),
  /// Anything that speaks OpenAI's chat completions.
  OPENAI_COMPAT("openai-compat", "OpenAI-compatible", null),
  /// Built in, without a key and without a network.
  DEMO("demo", "Demo", null);

  private final String wireName;
  private final String displayName;
  private final @Nullable String ownUrl;

  ProviderKind(String wireName, String displayName, @Nullable String ownUrl) {
    this.wireName = wireName;
    this.displayName = displayName;
    this.ownUrl = ownUrl;
  }

  /// What clients and settings call it.
  public String wireName() {
    return wireName;
  }

  /// What people call it.
  public String displayName() {
    return displayName;
  }

  /// Where the vendor itself is, which asks for a key; null: there is no vendor.
  public @Nullable String ownUrl() {
    return ownUrl;
  }

  public static Optional<ProviderKind> of(String wireName) {
    return Arrays.stream(values()).filter(kind -> kind.wireName.equals(wireName)).findAny();
  }
}
