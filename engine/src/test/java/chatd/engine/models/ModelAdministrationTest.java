package chatd.engine.models;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.engine.chats.Hints;
import chatd.engine.fake.InMemoryModelDirectory;
import chatd.engine.fake.InMemoryPubsub;
import chatd.engine.fake.ManualTime;
import chatd.engine.fake.NotedTelemetry;
import chatd.engine.fake.OneThread;
import chatd.engine.models.ModelAdministration.ProviderChange;
import chatd.engine.models.ModelAdministration.Refusal;
import chatd.engine.models.ModelAdministration.Result;
import chatd.engine.port.ModelDirectory.ModelEntry;
import chatd.engine.port.ModelDirectory.ProviderEntry;
import chatd.engine.port.ModelDirectory.Times;
import chatd.engine.port.ProviderKind;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The settings set up `openai`, with a key and the default model; all else is in the database.
class ModelAdministrationTest {
  private static final ProviderChange NOTHING = new ProviderChange(null, null, null, null);
  private static final ProviderEntry OPENAI =
      new ProviderEntry(new UUID(0, 1), ProviderKind.OPENAI, null, null, null, true, Times.UNKNOWN);
  private static final ModelEntry SET =
      new ModelEntry(
          new UUID(0, 2),
          ProviderKind.OPENAI,
          new ModelEntry.Names("gpt", null),
          new ModelEntry.Use(true, true),
          new ModelEntry.Context(1000, 70),
          ModelEntry.Asking.UNKNOWN,
          Times.UNKNOWN);

  private final ManualTime time = new ManualTime();
  private final InMemoryModelDirectory directory = new InMemoryModelDirectory(time);
  private final OpenSecrets secrets = new OpenSecrets();
  private final ModelAdministration administration =
      new ModelAdministration(
          new Configured(List.of(new Provider(OPENAI, Provider.Source.CONFIG, true)), List.of(SET)),
          directory,
          secrets,
          new KnownModels(
              directory,
              new Hints(new InMemoryPubsub().member()),
              _ -> {},
              new KnownModels.Surroundings(
                  time, new OneThread(1).group().threads(), new NotedTelemetry())),
          UUID::randomUUID);

  @Test
  void configuredProvider_isListed_andCannotBeChanged() {
    assertThat(administration.providers())
        .extracting(provider -> provider.entry().id())
        .containsExactly(OPENAI.id());
    assertThat(administration.providers().getFirst().entry().times().createdAt())
        .isEqualTo(directory.read().since());
    mustRefuse(Refusal.SET_BY_CONFIGURATION, administration.changeProvider(OPENAI.id(), NOTHING));
    mustRefuse(Refusal.SET_BY_CONFIGURATION, administration.removeProvider(OPENAI.id()));
    mustRefuse(Refusal.PROVIDER_EXISTS, administration.addProvider(ProviderKind.OPENAI, NOTHING));
    mustRefuse(Refusal.SET_BY_CONFIGURATION, administration.changeModel(SET.id(), model -> model));
    mustRefuse(Refusal.SET_BY_CONFIGURATION, administration.removeModel(SET.id()));
  }

  @Test
  void providerOfTheDatabase_thatTheSettingsNameToo_doesNotCount() {
    var hidden = UUID.randomUUID();
    directory.addProvider(
        new ProviderEntry(hidden, ProviderKind.OPENAI, null, null, null, true, Times.UNKNOWN));

    assertThat(administration.providers()).hasSize(1);
    assertThat(administration.changeProvider(hidden, NOTHING)).isEqualTo(new Result.Missing<>());
    assertThat(administration.removeProvider(hidden)).isEqualTo(new Result.Missing<>());
  }

  @Test
  void key_isSealedForItsProvider_keptAndRemoved() {
    var added = add("k1");
    assertThat(added.hasApiKey()).isTrue();
    assertThat(added.entry().sealedKey()).isEqualTo(added.entry().id() + "1k");
    var id = added.entry().id();

    var named = done(administration.changeProvider(id, change("Ours", null, null)));
    assertThat(named.entry().sealedKey()).isEqualTo(added.entry().sealedKey());
    var other = done(administration.changeProvider(id, change(null, null, "k2")));
    assertThat(other.entry().sealedKey()).endsWith("2k");
    assertThat(done(administration.changeProvider(id, change(null, null, ""))).hasApiKey())
        .isFalse();
  }

  @Test
  void keyWithoutAnEncryptionKey_isRefused_andNothingElse() {
    secrets.hasKey = false;
    mustRefuse(
        Refusal.NO_ENCRYPTION_KEY,
        administration.addProvider(ProviderKind.ANTHROPIC, change(null, null, "k")));
    assertThat(directory.read().providers()).isEmpty();
    add("");
  }

  @Test
  void address_isNeededWithoutAVendor_andMustBeAllowed() {
    mustRefuse(
        Refusal.ADDRESS_MISSING, administration.addProvider(ProviderKind.OPENAI_COMPAT, NOTHING));
    mustRefuse(
        Refusal.ADDRESS_NOT_ALLOWED,
        administration.addProvider(
            ProviderKind.OPENAI_COMPAT, change(null, OpenSecrets.FORBIDDEN, null)));
    var provider =
        done(
            administration.addProvider(
                ProviderKind.OPENAI_COMPAT, change(null, "https://models.example.org", null)));
    var id = provider.entry().id();
    mustRefuse(
        Refusal.ADDRESS_NOT_ALLOWED,
        administration.changeProvider(id, change(null, OpenSecrets.FORBIDDEN, null)));
    mustRefuse(Refusal.ADDRESS_MISSING, administration.changeProvider(id, change(null, "", null)));
    var vendor = add("k").entry().id();
    assertThat(
            done(administration.changeProvider(vendor, change(null, "https://a", "k")))
                .entry()
                .baseUrl())
        .isEqualTo("https://a");
    assertThat(done(administration.changeProvider(vendor, change(null, "", "k"))).entry().baseUrl())
        .isNull();
  }

  /// Whoever may name an address must not have the key sent there that somebody else entered.
  @Test
  void key_staysWithTheAddressThatItWasGivenFor() {
    var id = add("k1").entry().id();
    mustRefuse(
        Refusal.KEY_NEEDED_AGAIN,
        administration.changeProvider(id, change(null, "https://a", null)));
    var vendor = "https://api.anthropic.com"; // Where it is already.
    assertThat(done(administration.changeProvider(id, change(null, vendor, null))).hasApiKey())
        .isTrue();

    var moved = done(administration.changeProvider(id, change(null, "https://a/1", "k2")));
    assertThat(moved.entry().sealedKey()).endsWith("2k");
    mustRefuse(
        Refusal.KEY_NEEDED_AGAIN,
        administration.changeProvider(id, change(null, "https://a/2", null)));
    mustRefuse(Refusal.KEY_NEEDED_AGAIN, administration.changeProvider(id, change(null, "", null)));

    assertThat(done(administration.changeProvider(id, change(null, "", ""))).hasApiKey()).isFalse();
    done(administration.changeProvider(id, change(null, "https://b", null)));
  }

  @Test
  void key_isNotTakenAlong_whenTheAddressChangesMeanwhile() {
    var id = add("k1").entry().id();
    secrets.meanwhile =
        () -> done(administration.changeProvider(id, change(null, "https://new", "k2")));

    var back =
        done(administration.changeProvider(id, change(null, "https://api.anthropic.com", null)));

    assertThat(back.entry().baseUrl()).isEqualTo("https://api.anthropic.com");
    assertThat(back.hasApiKey()).isFalse();
  }

  @Test
  void default_isThatOfTheSettings_untilAnEnabledOneTakesIt() {
    assertThat(defaults()).containsExactly(SET.id());

    var mine = done(administration.addModel(fresh -> model(fresh, true, true)));
    assertThat(mine.use().isDefault()).isTrue();
    assertThat(defaults()).containsExactly(mine.id());

    var disabled = done(administration.changeModel(mine.id(), model -> model(model, false, true)));
    assertThat(disabled.use().isDefault()).isFalse();
    assertThat(defaults()).containsExactly(SET.id());

    done(administration.removeModel(mine.id()));
    assertThat(administration.removeModel(mine.id())).isEqualTo(new Result.Missing<>());
    assertThat(administration.changeModel(mine.id(), model -> model))
        .isEqualTo(new Result.Missing<>());
    assertThat(defaults()).containsExactly(SET.id());
  }

  @Test
  void model_mayNameAConfiguredProvider_andNoneThatIsNotThere() {
    done(administration.addModel(fresh -> model(fresh, true, false)));
    mustRefuse(
        Refusal.NO_SUCH_PROVIDER,
        administration.addModel(fresh -> of(ProviderKind.ANTHROPIC, fresh)));
    add("k");
    var model = done(administration.addModel(fresh -> of(ProviderKind.ANTHROPIC, fresh)));
    assertThat(model.provider()).isEqualTo(ProviderKind.ANTHROPIC);
    mustRefuse(
        Refusal.PROVIDER_IN_USE,
        administration.removeProvider(directory.read().providers().getFirst().id()));
  }

  private List<UUID> defaults() {
    return administration.models().stream()
        .filter(model -> model.use().isDefault())
        .map(ModelEntry::id)
        .toList();
  }

  private Provider add(String key) {
    return done(administration.addProvider(ProviderKind.ANTHROPIC, change(null, null, key)));
  }

  private static ProviderChange change(
      @Nullable String name, @Nullable String url, @Nullable String key) {
    return new ProviderChange(name, url, key, null);
  }

  private static ModelEntry model(ModelEntry from, boolean enabled, boolean isDefault) {
    return new ModelEntry(
        from.id(),
        ProviderKind.OPENAI,
        from.names(),
        new ModelEntry.Use(enabled, isDefault),
        from.context(),
        from.asking(),
        from.times());
  }

  private static ModelEntry of(ProviderKind kind, ModelEntry from) {
    return new ModelEntry(
        from.id(), kind, from.names(), from.use(), from.context(), from.asking(), from.times());
  }

  private static <T> T done(Result<T> result) {
    assertThat(result).isInstanceOf(Result.Done.class);
    return ((Result.Done<T>) result).entry();
  }

  private static void mustRefuse(Refusal why, Result<?> result) {
    assertThat(result).isEqualTo(new Result.Refused<>(why));
  }
}
