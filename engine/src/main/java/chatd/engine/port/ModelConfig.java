package chatd.engine.port;

import chatd.core.turn.Prices;
import java.util.UUID;

/// A model that can be chosen. `provider` names the client that speaks to it, `model` is the
/// provider's own name; `contextLimit` is in tokens.
public record ModelConfig(
    UUID id,
    String provider,
    String model,
    String displayName,
    long contextLimit,
    ModelParameters parameters,
    Prices prices) {

  /// A model that is asked as its provider does by itself, and whose price nobody knows.
  public ModelConfig(
      UUID id, String provider, String model, String displayName, long contextLimit) {
    this(id, provider, model, displayName, contextLimit, ModelParameters.NONE, Prices.UNKNOWN);
  }
}
