package chatd.engine.port;

import java.util.UUID;

/// A model that can be chosen. `provider` names the client that speaks to it, `model` is the
/// provider's own name; `contextLimit` is in tokens.
public record ModelConfig(
    UUID id, String provider, String model, String displayName, long contextLimit) {}
