package chatd.engine.port;

import chatd.core.turn.Prices;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The providers and models that administrators have set up, as they are stored. Changes happen one
/// after the other. Every call is one transaction and throws [StoreException] on a fault.
public interface ModelDirectory {
  /// The most models that are kept.
  int MODELS_MAX = 500;

  /// A number that every change raises.
  long version();

  Entries read();

  /// Refused if there is one of this kind.
  Change<ProviderEntry> addProvider(ProviderEntry entry);

  /// `change` must keep id and kind.
  Change<ProviderEntry> changeProvider(UUID id, UnaryOperator<ProviderEntry> change);

  /// Refused while models name it. The answer has its last state.
  Change<ProviderEntry> removeProvider(UUID id);

  /// A default takes that from the one before. Refused without a provider of its kind, unless
  /// `isProviderKnown` says that there is one elsewhere.
  Change<ModelEntry> addModel(ModelEntry entry, boolean isProviderKnown);

  /// Likewise. `change` must keep the id.
  Change<ModelEntry> changeModel(
      UUID id, UnaryOperator<ModelEntry> change, boolean isProviderKnown);

  /// The answer has its last state.
  Change<ModelEntry> removeModel(UUID id);

  /// All of it, of one database snapshot. `since` is when the deployment began.
  record Entries(
      long version, Instant since, List<ProviderEntry> providers, List<ModelEntry> models) {
    public Entries {
      providers = List.copyOf(providers);
      models = List.copyOf(models);
    }
  }

  /// A provider. `sealedKey` can be read by those alone who have the encryption key.
  record ProviderEntry(
      UUID id,
      ProviderKind kind,
      @Nullable String displayName,
      @Nullable String baseUrl,
      @Nullable String sealedKey,
      boolean enabled,
      Times times) {}

  /// A model. `compressionThreshold` is in percent of the context.
  record ModelEntry(
      UUID id,
      ProviderKind provider,
      Names names,
      Use use,
      Context context,
      Asking asking,
      Times times) {

    /// The provider's own name, and the one for people.
    public record Names(String model, @Nullable String displayName) {}

    public record Use(boolean enabled, boolean isDefault) {}

    public record Context(long limit, int compressionThreshold) {
      public static final int THRESHOLD_DEFAULT = 70;
    }

    /// How it is asked, and what that costs.
    public record Asking(ModelParameters parameters, Prices prices) {
      public static final Asking UNKNOWN = new Asking(ModelParameters.NONE, Prices.UNKNOWN);
    }

    /// The same model as those see it who ask it.
    public ModelConfig config() {
      var shown = names.displayName();
      return new ModelConfig(
          id,
          provider.wireName(),
          names.model(),
          shown == null ? names.model() : shown,
          context.limit(),
          asking.parameters(),
          asking.prices());
    }

    /// The same model, asked for by default or not.
    public ModelEntry withDefault(boolean isDefault) {
      return new ModelEntry(
          id, provider, names, new Use(use.enabled(), isDefault), context, asking, times);
    }
  }

  /// Set by the store.
  record Times(Instant createdAt, Instant updatedAt) {
    /// Of what is not stored yet.
    public static final Times UNKNOWN = new Times(Instant.EPOCH, Instant.EPOCH);
  }

  /// What became of a change.
  sealed interface Change<T> {
    record Done<T>(T entry) implements Change<T> {}

    record Missing<T>() implements Change<T> {}

    record Refused<T>(Why why) implements Change<T> {}

    enum Why {
      PROVIDER_EXISTS,
      PROVIDER_IN_USE,
      NO_SUCH_PROVIDER,
      TOO_MANY_MODELS
    }
  }
}
