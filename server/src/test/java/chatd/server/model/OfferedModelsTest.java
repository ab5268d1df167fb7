package chatd.server.model;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatError;
import chatd.engine.port.ModelCatalog.Offer;
import chatd.engine.port.ModelCatalog.Unavailable;
import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelConfig;
import chatd.engine.port.ModelDirectory.Entries;
import chatd.engine.port.ModelDirectory.ModelEntry;
import chatd.engine.port.ModelDirectory.ProviderEntry;
import chatd.engine.port.ModelDirectory.Times;
import chatd.engine.port.ProviderKind;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The settings offer `demo` alone; providers and models come from the database.
class OfferedModelsTest {
  private static final UUID PROVIDER = new UUID(5, 5);
  private static final String KEY = "A".repeat(43) + "=";

  private final FakeProvider provider = FakeProvider.start();
  private final ProviderRules rules = ProviderRules.of(true, KEY);
  private final OfferedModels models =
      new OfferedModels(
          new ConfiguredModels(ModelSettings.DEMO, new ManualTime()), rules, new ManualTime());
  private long version;

  @AfterEach
  void close() {
    models.close();
    provider.close();
  }

  @Test
  void modelOfTheDatabase_isAskedAtItsProvider_withTheStoredKey() throws Exception {
    var model = model(ProviderKind.OPENAI_COMPAT, true, true);
    take(List.of(provider(rules.seal(PROVIDER, "sk-1").orElseThrow(), true)), model);

    assertThat(models.preferred()).contains(model.config());
    assertThat(models.isOffered(model.id())).isTrue();
    answer(models.client(model.config()));
    assertThat(provider.awaitRequest().header("authorization")).isEqualTo("Bearer sk-1");
  }

  @Test
  void change_isUsedByTheNextRequest_andLeavesTheOneUnderWayAlone() throws Exception {
    var model = model(ProviderKind.OPENAI_COMPAT, true, false);
    take(List.of(provider(null, true)), model);
    var gate = new CountDownLatch(1);
    provider.next(Script.begin().text("Hel").pause(gate).then(Script.answer("lo")));
    var under = Answering.start(models.client(model.config()).call(Asked.user("Hi")));
    under.awaitParts(1);

    take(List.of(provider(rules.seal(PROVIDER, "sk-2").orElseThrow(), true)), model);
    gate.countDown();
    under.completion();
    assertThat(under.text()).isEqualTo("Hello");
    answer(models.client(model.config()));
    provider.awaitRequest();
    assertThat(provider.awaitRequest().header("authorization")).isEqualTo("Bearer sk-2");
  }

  @Test
  void sameProvider_keepsItsClient() {
    var model = model(ProviderKind.OPENAI_COMPAT, true, false);
    take(List.of(provider(null, true)), model);
    var client = models.client(model.config());
    take(List.of(provider(null, true)), model);
    assertThat(models.client(model.config())).isSameAs(client);
  }

  @Test
  void model_thatIsDisabledOrGone_isNotFound_andTheDefaultIsThatOfTheSettings() {
    var demo = models.preferred().orElseThrow();
    var model = model(ProviderKind.DEMO, true, true);
    take(List.of(), model);
    assertThat(models.preferred()).contains(model.config());

    take(List.of(), model(ProviderKind.DEMO, false, true));
    assertThat(models.find(model.id())).isEmpty();
    assertThat(models.preferred()).contains(demo);
    take(List.of());
    assertThat(models.find(model.id())).isEmpty();
    assertThat(models.preferred()).contains(demo);
  }

  @Test
  void providerOutOfUse_offersNothing_andSaysWhy() throws Exception {
    var model = model(ProviderKind.OPENAI_COMPAT, true, false);
    take(List.of(provider(null, false)), model);
    mustBe(model, Unavailable.PROVIDER_DISABLED, ChatError.Kind.PROVIDER_DISABLED);

    var other = ProviderRules.of(true, "B".repeat(43) + "=");
    take(List.of(provider(other.seal(PROVIDER, "sk-1").orElseThrow(), true)), model);
    mustBe(model, Unavailable.MISSING_API_KEY, ChatError.Kind.MISSING_KEY);

    take(List.of(), model);
    assertThat(fault(model.config())).isEqualTo(ChatError.Kind.PROVIDER_DISABLED);
  }

  @Test
  void vendor_withoutAKey_isNotAsked() throws Exception {
    var model = model(ProviderKind.OPENAI, true, false);
    var entry =
        new ProviderEntry(PROVIDER, ProviderKind.OPENAI, null, null, null, true, Times.UNKNOWN);
    take(List.of(entry), model);
    mustBe(model, Unavailable.MISSING_API_KEY, ChatError.Kind.MISSING_KEY);
  }

  @Test
  void addressThatIsNotAllowedHere_isNotAsked() throws Exception {
    try (var strict =
        new OfferedModels(
            new ConfiguredModels(ModelSettings.DEMO, new ManualTime()),
            ProviderRules.of(false, KEY),
            new ManualTime())) {
      var model = model(ProviderKind.OPENAI_COMPAT, true, false);
      strict.take(new Entries(1, Instant.EPOCH, List.of(provider(null, true)), List.of(model)));
      var fault = Answering.start(strict.client(model.config()).call(Asked.user("Hi"))).fault();
      assertThat(fault.error().kind()).isEqualTo(ChatError.Kind.CONFIG);
    }
    assertThat(provider.requests()).isEmpty();
  }

  private void mustBe(ModelEntry model, Unavailable why, ChatError.Kind kind)
      throws InterruptedException {
    var offer = models.offers().getLast();
    assertThat(offer).isEqualTo(new Offer(model.provider().wireName(), why, List.of()));
    assertThat(models.isOffered(model.id())).isFalse();
    assertThat(models.find(model.id())).contains(model.config());
    assertThat(fault(model.config())).isEqualTo(kind);
  }

  private ChatError.Kind fault(ModelConfig model) throws InterruptedException {
    var error = Answering.start(models.client(model).call(Asked.user("Hi"))).fault().error();
    assertThat(error.retryable()).isFalse();
    return error.kind();
  }

  private static void answer(ModelClient client) throws InterruptedException {
    var answering = Answering.start(client.call(Asked.user("Hi")));
    answering.completion();
    assertThat(answering.text()).isEqualTo("Hi");
  }

  private void take(List<ProviderEntry> providers, ModelEntry... all) {
    models.take(new Entries(++version, Instant.EPOCH, providers, Arrays.asList(all)));
  }

  private ProviderEntry provider(@Nullable String sealedKey, boolean enabled) {
    return new ProviderEntry(
        PROVIDER,
        ProviderKind.OPENAI_COMPAT,
        null,
        provider.baseUrl().toString(),
        sealedKey,
        enabled,
        Times.UNKNOWN);
  }

  private static ModelEntry model(ProviderKind kind, boolean enabled, boolean isDefault) {
    return new ModelEntry(
        new UUID(6, 6),
        kind,
        new ModelEntry.Names("m", null),
        new ModelEntry.Use(enabled, isDefault),
        new ModelEntry.Context(1000, 70),
        ModelEntry.Asking.UNKNOWN,
        Times.UNKNOWN);
  }
}
