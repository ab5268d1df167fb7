package chatd.engine.models;

import chatd.engine.port.ProviderSecrets;
import java.util.Optional;
import java.util.UUID;

/// Seals keys by turning them around, if it has an encryption key, and allows every address but
/// one.
final class OpenSecrets implements ProviderSecrets {
  static final String FORBIDDEN = "http://169.254.169.254/";

  boolean hasKey = true;

  /// Done once, while an address is judged.
  Runnable meanwhile = () -> {};

  @Override
  public Optional<String> seal(UUID provider, String key) {
    return hasKey
        ? Optional.of(provider + new StringBuilder(key).reverse().toString())
        : Optional.empty();
  }

  @Override
  public boolean isAllowed(String baseUrl) {
    var once = meanwhile;
    meanwhile = () -> {};
    once.run();
    return !baseUrl.equals(FORBIDDEN);
  }
}
