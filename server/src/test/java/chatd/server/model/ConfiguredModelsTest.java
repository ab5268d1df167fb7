package chatd.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.engine.port.ModelConfig;
import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfiguredModelsTest {
  private static final URI LOCAL = URI.create("http://127.0.0.1:11434/v1/");

  @Test
  void demo_isThereWithoutSettings() {
    try (var models = models(ModelSettings.DEMO)) {
      var demo = models.preferred().orElseThrow();
      assertThat(demo.model()).isEqualTo("demo");
      assertThat(models.find(demo.id())).contains(demo);
      assertThat(models.client(demo)).isInstanceOf(DemoClient.class);
      assertThat(models.find(new UUID(0, 1))).isEmpty();
    }
  }

  @Test
  void chosenModel_isPreferredAndDemoStays() {
    try (var models = models("openai/meta/llama-3:8b", LOCAL, null)) {
      var chosen = models.preferred().orElseThrow();
      assertThat(chosen.provider()).isEqualTo("openai");
      assertThat(chosen.model()).isEqualTo("meta/llama-3:8b");
      assertThat(models.find(chosen.id())).contains(chosen);
      assertThat(models.client(chosen)).isInstanceOf(OpenAiClient.class);
      assertThat(models.find(preferred(ModelSettings.DEMO).id())).isPresent();
    }
  }

  @Test
  void ids_comeFromTheNames() {
    var first = preferred(new ModelSettings("openai/a", LOCAL, null));
    assertThat(preferred(new ModelSettings("openai/a", LOCAL, new ApiKey("k"))).id())
        .isEqualTo(first.id());
    assertThat(preferred(new ModelSettings("openai/b", LOCAL, null)).id()).isNotEqualTo(first.id());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpt-4o", "openai", "openai/", "openai/a b", "other/x", "Demo"})
  void unknownModel_isRefusedWithAnExample(String name) {
    assertThatThrownBy(() -> models(name, OpenAiEndpoint.OPENAI, "k"))
        .isInstanceOf(BadModelSettings.class)
        .hasMessageContaining("\"" + name + "\"")
        .hasMessageContaining("openai/gpt-4o");
  }

  @Test
  void missingKey_isRefusedForOpenAiAlone() {
    assertThatThrownBy(() -> models("openai/gpt-4o", OpenAiEndpoint.OPENAI, null))
        .isInstanceOf(BadModelSettings.class)
        .hasMessageContaining("--openai-api-key");
    models("openai/gpt-4o", OpenAiEndpoint.OPENAI, "k").close();
    models("openai/gpt-4o", LOCAL, null).close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://host/v1", "host/v1", "http:///v1", "mailto:x"})
  void baseUrlThatIsNone_isRefused(String url) {
    assertThatThrownBy(() -> models("openai/a", URI.create(url), "k"))
        .isInstanceOf(BadModelSettings.class)
        .hasMessageContaining("base URL");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "a b", "a\nb", "schlüssel"})
  void keyThatFitsNoHeader_isRefusedWithoutShowingIt(String key) {
    assertThatThrownBy(() -> new ApiKey(key))
        .isInstanceOf(BadModelSettings.class)
        .hasMessageNotContaining("schl");
    assertThat(new ApiKey(" key\n")).isEqualTo(new ApiKey("key"));
    assertThat(new ApiKey("secret").toString()).doesNotContain("secret");
  }

  private static ModelConfig preferred(ModelSettings settings) {
    try (var models = models(settings)) {
      return models.preferred().orElseThrow();
    }
  }

  private static OfferedModels models(String model, URI baseUrl, @Nullable String key) {
    return models(new ModelSettings(model, baseUrl, key == null ? null : new ApiKey(key)));
  }

  private static OfferedModels models(ModelSettings settings) {
    var time = new ManualTime();
    return new OfferedModels(
        new ConfiguredModels(settings, time), ProviderRules.of(false, null), time);
  }
}
