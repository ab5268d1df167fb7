package chatd.server.model;

import chatd.engine.models.Provider;
import chatd.engine.port.ModelCatalog;
import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelConfig;
import chatd.engine.port.ModelDirectory.Entries;
import chatd.engine.port.ModelDirectory.ModelEntry;
import chatd.engine.port.ModelDirectory.ProviderEntry;
import chatd.engine.port.ProviderKind;
import chatd.engine.port.Time;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The models of the settings and of the database, and the clients that speak to their providers.
/// What was read last stands in memory, so a turn costs no statement for its model.
public final class OfferedModels implements ModelCatalog, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OfferedModels.class);

  private final ConfiguredModels configured;
  private final ProviderRules rules;
  private final Time time;
  private volatile State state;

  /// What is known at one moment; it is replaced, never changed.
  ///
  /// @param preferred null: none
  private record State(
      Map<UUID, ModelConfig> models,
      @Nullable ModelConfig preferred,
      Map<ProviderKind, Used> providers,
      List<Offer> offers) {}

  /// A provider of the database and its client.
  ///
  /// @param why it cannot be used, null if it can
  /// @param owned has connections of its own; null: it needs none
  private record Used(
      ProviderEntry entry,
      @Nullable Unavailable why,
      ModelClient client,
      @Nullable ProviderClient owned) {}

  /// Only those of the settings, until something was read.
  public OfferedModels(ConfiguredModels configured, ProviderRules rules, Time time) {
    this.configured = configured;
    this.rules = rules;
    this.time = time;
    state = state(List.of(), Map.of());
  }

  /// From now on these stand beside those of the settings. Requests under way are not touched.
  public synchronized void take(Entries entries) {
    var before = state.providers();
    Map<ProviderKind, Used> providers = new EnumMap<>(ProviderKind.class);
    for (var entry : entries.providers()) {
      if (!configured.configured().has(entry.kind())) {
        var known = before.get(entry.kind());
        providers.put(
            entry.kind(), known != null && isSame(known.entry(), entry) ? known : used(entry));
      }
    }
    state = state(entries.models(), providers);
    before.values().stream()
        .filter(used -> !providers.containsValue(used))
        .map(Used::owned)
        .filter(Objects::nonNull)
        .forEach(ProviderClient::retire);
  }

  private static boolean isSame(ProviderEntry known, ProviderEntry entry) {
    return known.id().equals(entry.id())
        && known.enabled() == entry.enabled()
        && Objects.equals(known.baseUrl(), entry.baseUrl())
        && Objects.equals(known.sealedKey(), entry.sealedKey());
  }

  private State state(List<ModelEntry> stored, Map<ProviderKind, Used> providers) {
    List<ModelEntry> all = new ArrayList<>(configured.configured().models());
    all.addAll(stored);
    Map<UUID, ModelConfig> models = new LinkedHashMap<>();
    all.stream()
        .filter(model -> model.use().enabled())
        .forEach(model -> models.put(model.id(), model.config()));
    var preferred =
        stored.stream()
            .filter(model -> model.use().enabled() && model.use().isDefault())
            .findFirst()
            .or(configured.configured()::preferred)
            .map(ModelEntry::config)
            .orElse(null);
    return new State(models, preferred, providers, offers(models, providers));
  }

  private List<Offer> offers(Map<UUID, ModelConfig> models, Map<ProviderKind, Used> providers) {
    List<Offer> offers = new ArrayList<>();
    configured.configured().providers().stream()
        .map(Provider::entry)
        .forEach(entry -> offers.add(offer(entry.kind(), null, models)));
    providers.forEach((kind, used) -> offers.add(offer(kind, used.why(), models)));
    return offers;
  }

  private static Offer offer(
      ProviderKind kind, @Nullable Unavailable why, Map<UUID, ModelConfig> models) {
    return new Offer(
        kind.wireName(),
        why,
        why != null
            ? List.of()
            : models.values().stream()
                .filter(model -> model.provider().equals(kind.wireName()))
                .toList());
  }

  private Used used(ProviderEntry entry) {
    var faults = new ProviderFaults(entry.kind().wireName(), null);
    if (!entry.enabled()) {
      var client = new UnavailableClient(faults.disabled());
      return new Used(entry, Unavailable.PROVIDER_DISABLED, client, null);
    }
    var sealed = entry.sealedKey();
    var key = sealed == null ? null : rules.open(entry.id(), sealed).orElse(null);
    if (sealed != null && key == null) {
      LOG.warn(
          "The key of provider {} cannot be read: it was stored with another encryption key.",
          entry.kind().wireName());
      return withoutKey(
          entry, faults, "The stored key cannot be read with this server's encryption key.");
    }
    var url = entry.baseUrl() == null ? entry.kind().ownUrl() : entry.baseUrl();
    if (key == null && url != null && url.equals(entry.kind().ownUrl())) {
      return withoutKey(entry, faults, "");
    }
    if (url == null || !rules.isAllowed(url)) {
      return new Used(entry, null, new UnavailableClient(faults.notAllowed()), null);
    }
    var client = client(entry.kind(), URI.create(url), key);
    return new Used(entry, null, client, client);
  }

  private static Used withoutKey(ProviderEntry entry, ProviderFaults faults, String detail) {
    var client = new UnavailableClient(faults.withoutKey(detail));
    return new Used(entry, Unavailable.MISSING_API_KEY, client, null);
  }

  private ProviderClient client(ProviderKind kind, URI url, @Nullable ApiKey key) {
    var destination = Destination.Judged.of(url.getHost(), rules.addresses());
    return switch (kind) {
      case ANTHROPIC -> new AnthropicClient(new AnthropicEndpoint(url, key), destination, time);
      case OPENAI, OPENAI_COMPAT ->
          new OpenAiClient(new OpenAiEndpoint(url, key), destination, time);
      case DEMO -> throw new IllegalStateException("the demo provider is built in");
    };
  }

  @Override
  public Optional<ModelConfig> find(UUID id) {
    return Optional.ofNullable(state.models().get(id));
  }

  @Override
  public Optional<ModelConfig> preferred() {
    return Optional.ofNullable(state.preferred());
  }

  @Override
  public ModelClient client(ModelConfig model) {
    var kind = ProviderKind.of(model.provider()).orElseThrow();
    var own = configured.clients().get(kind);
    if (own != null) {
      return own;
    }
    var used = state.providers().get(kind);
    // It was there when the model was chosen.
    return used == null
        ? new UnavailableClient(new ProviderFaults(model.provider(), null).disabled())
        : used.client();
  }

  @Override
  public List<Offer> offers() {
    return state.offers();
  }

  /// Breaks off the requests under way.
  @Override
  public synchronized void close() {
    state.providers().values().stream()
        .map(Used::owned)
        .filter(Objects::nonNull)
        .forEach(ProviderClient::close);
    configured.close();
  }
}
