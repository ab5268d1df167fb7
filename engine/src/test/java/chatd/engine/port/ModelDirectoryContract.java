package chatd.engine.port;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.RawJson;
import chatd.core.turn.Prices;
import chatd.engine.port.ModelDirectory.Change;
import chatd.engine.port.ModelDirectory.Change.Why;
import chatd.engine.port.ModelDirectory.ModelEntry;
import chatd.engine.port.ModelDirectory.ProviderEntry;
import chatd.engine.port.ModelDirectory.Times;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every directory of providers and models does.
public abstract class ModelDirectoryContract {
  private ModelDirectory directory;

  /// A deployment of its own.
  protected abstract StoreFixture fixture();

  @BeforeEach
  void empty() {
    directory = fixture().models();
    directory.read().models().forEach(model -> directory.removeModel(model.id()));
    directory.read().providers().forEach(provider -> directory.removeProvider(provider.id()));
  }

  @Test
  void provider_comesBackAsItWas() {
    var added = done(directory.addProvider(provider(ProviderKind.OPENAI_COMPAT)));

    assertThat(directory.read().providers()).containsExactly(added);
    assertThat(added)
        .usingRecursiveComparison()
        .ignoringFields("id", "times")
        .isEqualTo(provider(ProviderKind.OPENAI_COMPAT));
    assertThat(added.times().createdAt()).isEqualTo(added.times().updatedAt());
    assertThat(directory.read().since()).isBeforeOrEqualTo(added.times().createdAt());
  }

  @Test
  void provider_ofAKindThatIsThere_isRefused() {
    done(directory.addProvider(provider(ProviderKind.OPENAI)));
    var version = directory.version();

    assertThat(directory.addProvider(provider(ProviderKind.OPENAI)))
        .isEqualTo(new Change.Refused<>(Why.PROVIDER_EXISTS));
    assertThat(directory.version()).isEqualTo(version);
  }

  @Test
  void change_replacesAllButIdAndKind_andKeepsWhenItWasMade() {
    var before = done(directory.addProvider(provider(ProviderKind.OPENAI)));

    var after =
        done(
            directory.changeProvider(
                before.id(),
                entry ->
                    new ProviderEntry(
                        entry.id(), entry.kind(), null, null, null, false, entry.times())));

    assertThat(directory.read().providers()).containsExactly(after);
    assertThat(after.enabled()).isFalse();
    assertThat(after.displayName()).isNull();
    assertThat(after.baseUrl()).isNull();
    assertThat(after.sealedKey()).isNull();
    assertThat(after.times().createdAt()).isEqualTo(before.times().createdAt());
    assertThat(after.times().updatedAt()).isAfterOrEqualTo(before.times().updatedAt());
  }

  @Test
  void provider_thatModelsName_isNotRemoved() {
    var provider = done(directory.addProvider(provider(ProviderKind.OPENAI)));
    var model = done(directory.addModel(model(ProviderKind.OPENAI, false), false));

    assertThat(directory.removeProvider(provider.id()))
        .isEqualTo(new Change.Refused<>(Why.PROVIDER_IN_USE));

    assertThat(done(directory.removeModel(model.id()))).isEqualTo(model);
    assertThat(done(directory.removeProvider(provider.id()))).isEqualTo(provider);
    assertThat(directory.read().providers()).isEmpty();
  }

  @Test
  void model_comesBackAsItWas_alsoWithAnyText() {
    var options = new LinkedHashMap<String, RawJson>();
    options.put("z", new RawJson("{\"a\":[1,2.50,null,\"\\u0000\\uD800\"]}"));
    options.put("a\u0000", new RawJson("true"));
    var parameters =
        new ModelParameters(
            8192L,
            new ModelParameters.Sampling(new BigDecimal("0.70"), BigDecimal.ONE, 40L),
            new BigDecimal("-0.5"),
            BigDecimal.ZERO,
            options);
    var prices = new Prices(new BigDecimal("0.15"), new BigDecimal("15"), null, BigDecimal.ZERO);
    var wanted =
        new ModelEntry(
            UUID.randomUUID(),
            ProviderKind.DEMO,
            new ModelEntry.Names("m\u0000\ud800", "L\u00e4rge \ud83d\ude00"),
            new ModelEntry.Use(false, true),
            new ModelEntry.Context(200_000, 0),
            new ModelEntry.Asking(parameters, prices),
            Times.UNKNOWN);

    var added = done(directory.addModel(wanted, true));

    assertThat(directory.read().models()).containsExactly(added);
    assertThat(added).usingRecursiveComparison().ignoringFields("times").isEqualTo(wanted);
    assertThat(added.asking().parameters().providerOptions().keySet())
        .containsExactly("z", "a\u0000");
  }

  @Test
  void model_ofAProviderThatIsNotThere_isRefused() {
    assertThat(directory.addModel(model(ProviderKind.OPENAI, false), false))
        .isEqualTo(new Change.Refused<>(Why.NO_SUCH_PROVIDER));
    var model = done(directory.addModel(model(ProviderKind.OPENAI, false), true));
    assertThat(directory.changeModel(model.id(), entry -> entry, false))
        .isEqualTo(new Change.Refused<>(Why.NO_SUCH_PROVIDER));
    assertThat(directory.read().models()).containsExactly(model);
  }

  @Test
  void default_isTakenFromTheOneBefore() {
    var first = done(directory.addModel(model(ProviderKind.DEMO, true), true));
    var second = done(directory.addModel(model(ProviderKind.DEMO, true), true));
    assertThat(defaults()).containsExactly(second.id());

    done(directory.changeModel(first.id(), entry -> entry.withDefault(true), true));
    assertThat(defaults()).containsExactly(first.id());

    done(directory.changeModel(first.id(), entry -> entry.withDefault(false), true));
    assertThat(defaults()).isEmpty();
  }

  @Test
  void everyChange_raisesTheVersion_andWhatChangesNothingDoesNot() {
    List<Long> versions = new ArrayList<>(List.of(directory.version()));
    var provider = done(directory.addProvider(provider(ProviderKind.OPENAI)));
    versions.add(directory.version());
    done(directory.changeProvider(provider.id(), entry -> entry));
    versions.add(directory.version());
    var model = done(directory.addModel(model(ProviderKind.OPENAI, true), false));
    versions.add(directory.version());
    done(directory.changeModel(model.id(), entry -> entry, false));
    versions.add(directory.version());
    done(directory.removeModel(model.id()));
    versions.add(directory.version());
    done(directory.removeProvider(provider.id()));
    versions.add(directory.version());

    assertThat(versions).doesNotHaveDuplicates().isSorted();
    assertThat(directory.read().version()).isEqualTo(directory.version());
    assertThat(directory.removeProvider(provider.id())).isEqualTo(new Change.Missing<>());
    assertThat(directory.changeProvider(provider.id(), entry -> entry))
        .isEqualTo(new Change.Missing<>());
    assertThat(directory.removeModel(model.id())).isEqualTo(new Change.Missing<>());
    assertThat(directory.changeModel(model.id(), entry -> entry, true))
        .isEqualTo(new Change.Missing<>());
    assertThat(directory.version()).isEqualTo(versions.getLast());
  }

  @Test
  void changesAtOnce_comeOneAfterTheOther() {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var i = 0; i < 16; i++) {
        var isProvider = i % 2 == 0;
        var _ =
            threads.submit(() ->
                isProvider
                    ? directory.addProvider(provider(ProviderKind.OPENAI))
                    : directory.addModel(model(ProviderKind.DEMO, true), true));
      }
    }
    assertThat(directory.read().providers()).hasSize(1);
    assertThat(directory.read().models()).hasSize(8);
    assertThat(defaults()).hasSize(1);
  }

  @Test
  void models_areBounded() {
    for (var i = 0; i < ModelDirectory.MODELS_MAX; i++) {
      done(directory.addModel(model(ProviderKind.DEMO, false), true));
    }
    assertThat(directory.addModel(model(ProviderKind.DEMO, false), true))
        .isEqualTo(new Change.Refused<>(Why.TOO_MANY_MODELS));
  }

  private List<UUID> defaults() {
    return directory.read().models().stream()
        .filter(model -> model.use().isDefault())
        .map(ModelEntry::id)
        .toList();
  }

  static ProviderEntry provider(ProviderKind kind) {
    return new ProviderEntry(
        UUID.randomUUID(),
        kind,
        "Ours \ud800\u0000",
        "https://models.example.org/v1",
        "sealed",
        true,
        Times.UNKNOWN);
  }

  static ModelEntry model(ProviderKind kind, boolean isDefault) {
    return new ModelEntry(
        UUID.randomUUID(),
        kind,
        new ModelEntry.Names("large-1", null),
        new ModelEntry.Use(true, isDefault),
        new ModelEntry.Context(1000, 70),
        ModelEntry.Asking.UNKNOWN,
        Times.UNKNOWN);
  }

  private static <T> T done(Change<T> change) {
    assertThat(change).isInstanceOf(Change.Done.class);
    return ((Change.Done<T>) change).entry();
  }
}
