package chatd.engine.port;

import java.util.Optional;
import java.util.UUID;

/// What administrators may set for a provider, and how its key is kept.
public interface ProviderSecrets {

  /// A key in a form that only this deployment can read, and only for this provider. Empty: this
  /// replica has no encryption key.
  Optional<String> seal(UUID provider, String key);

  /// Whether requests may be sent to this address, as far as that can be told without asking.
  boolean isAllowed(String baseUrl);
}
