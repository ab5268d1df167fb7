package chatd.server.model;

import chatd.engine.port.ProviderSecrets;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What is allowed for providers of the database, and how their keys are kept.
///
/// @param addresses where requests may go
/// @param sealing null: this server has no encryption key, so no key can be kept
public record ProviderRules(AddressRules addresses, @Nullable KeySeal sealing)
    implements ProviderSecrets {

  /// Rules by the settings; `encryptionKey` is 32 bytes in base64.
  ///
  /// @throws BadModelSettings if it is something else
  public static ProviderRules of(boolean allowsPrivate, @Nullable String encryptionKey) {
    return new ProviderRules(
        new AddressRules(allowsPrivate), encryptionKey == null ? null : KeySeal.of(encryptionKey));
  }

  @Override
  public Optional<String> seal(UUID provider, String key) {
    return Optional.ofNullable(sealing).map(it -> it.seal(provider, key));
  }

  @Override
  public boolean isAllowed(String baseUrl) {
    return addresses.allows(baseUrl);
  }

  /// The key of a provider; empty: it cannot be read here.
  Optional<ApiKey> open(UUID provider, String sealed) {
    return Optional.ofNullable(sealing).flatMap(it -> it.open(provider, sealed)).map(ApiKey::new);
  }
}
