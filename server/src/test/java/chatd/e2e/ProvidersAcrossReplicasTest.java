package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chatd.server.postgres.embedded.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// An administrator changes providers and models at one replica; people chat at another one.
class ProvidersAcrossReplicasTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final Duration PROMISED = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String KEY = "A".repeat(43) + "=";

  private Stage stage;
  private Replica first;
  private Replica second;
  private ApiClient admin;
  private ApiClient person;

  @BeforeEach
  void start() {
    stage = Stage.with(POSTGRES);
    first = replica("--encryption-key", KEY, "--allow-private-providers", "yes");
    second = replica("--encryption-key", KEY, "--allow-private-providers", "yes");
    admin = first.client();
    person = second.client();
  }

  private Replica replica(String... options) {
    return stage.setup(options).startInside();
  }

  @AfterEach
  void stop() {
    second.close();
    first.close();
    stage.close();
  }

  @Test
  void model_isUsedWithItsKeyAndParameters_andItsCostIsKept() {
    addProvider("sk-of-the-database");
    var model =
        addModel(
            """
            "model_config":{"max_output_tokens":77,"temperature":0.5,"provider_options":{"seed":7},
              "cost":{"input_price_per_million_tokens":3,"output_price_per_million_tokens":15}}
            """);
    awaitOffered(model);

    var chat = create("Who are you?", model);
    var request = stage.request("Who are you?");
    assertThat(request.header("authorization")).isEqualTo("Bearer sk-of-the-database");
    assertThat(request.body())
        .contains("\"model\":\"other\"")
        .contains("\"max_tokens\":77,\"temperature\":0.5,\"seed\":7");
    // The answer and the title, each of ten tokens in and one out.
    await().atMost(PATIENCE).until(() -> cost(chat).path("request_count").asInt() == 2);
    assertThat(cost(chat).path("total_cost_micros").asInt()).isEqualTo(2 * (10 * 3 + 15));
    assertThat(cost(chat).path("unpriced_request_count").asInt()).isZero();

    // What it will cost changes nothing about what it has cost.
    change("/model-configs/" + model, "{\"model_config\":{}}");
    assertThat(cost(chat).path("total_cost_micros").asInt()).isEqualTo(90);
  }

  @Test
  void modelThatIsGone_isReplacedByTheDefault_andAProviderOutOfUseSaysSo() {
    var provider = addProvider("sk-of-the-database");
    var model = addModel("\"is_default\":true");
    awaitOffered(model);
    var chat = person.create("First");
    assertThat(stage.request("First").header("authorization")).endsWith("sk-of-the-database");
    awaitStatus(chat, "waiting");

    change("/providers/" + provider, "{\"enabled\":false}");
    await().atMost(PROMISED).until(() -> !isOffered(model));
    person.send(chat, "Second").expect(200);
    awaitStatus(chat, "error");
    assertThat(person.chat(chat).path("last_error").path("kind").asString())
        .isEqualTo("provider_disabled");

    change("/model-configs/" + model, "{\"enabled\":false}");
    await()
        .atMost(PROMISED)
        .until(() -> {
          var other = person.create("Third");
          awaitStatus(other, "waiting", "error");
          return person.status(other).equals("waiting");
        });
    person.send(chat, "Fourth").expect(200);
    assertThat(stage.request("Second\n\nFourth").header("authorization"))
        .endsWith("sk-of-the-tests");
    awaitStatus(chat, "waiting");
    assertThat(person.chat(chat).path("last_model_config_id").asString()).isEqualTo(model);
  }

  @Test
  void replicaWithAnotherEncryptionKey_cannotReadTheProvidersKey() {
    addProvider("sk-of-the-database");
    var model = addModel("\"enabled\":true");
    awaitOffered(model);
    try (var other = replica("--encryption-key", "B".repeat(43) + "=")) {
      var offer = offer(other.client());
      assertThat(offer.path("available").asBoolean()).isFalse();
      assertThat(offer.path("unavailable_reason").asString()).isEqualTo("missing_api_key");
    }
  }

  @Test
  void replicaWithoutAnEncryptionKey_storesNoKey_butKnowsTheRest() {
    try (var other = replica()) {
      var refused =
          other
              .client()
              .post(
                  "/providers",
                  json(
                      "{\"provider\":\"openai-compat\",\"base_url\":\"https://a.example\",\"api_key\":\"k\"}"))
              .expect(400);
      assertThat(refused.path("validations").path(0).path("detail").asString())
          .contains("--encryption-key");
      var address =
          other
              .client()
              .post(
                  "/providers",
                  json("{\"provider\":\"openai-compat\",\"base_url\":\"http://127.0.0.1/\"}"))
              .expect(400);
      assertThat(address.path("message").asString()).isEqualTo("Invalid provider base URL.");
      addProvider("sk-of-the-database");
      await().atMost(PROMISED).until(() -> !offer(other.client()).isMissingNode());
    }
  }

  private String addProvider(String key) {
    var body =
        "{\"provider\":\"openai-compat\",\"base_url\":\"%s\",\"api_key\":\"%s\"}"
            .formatted(stage.setup().provider(), key);
    return admin.post("/providers", json(body)).expect(201).path("id").asString();
  }

  private String addModel(String fields) {
    var body =
        "{\"provider\":\"openai-compat\",\"model\":\"other\",\"context_limit\":1000,%s}"
            .formatted(fields);
    return admin.post("/model-configs", json(body)).expect(201).path("id").asString();
  }

  private void change(String path, String body) {
    admin.patch(path, json(body)).expect(200);
  }

  private String create(String text, String model) {
    var body =
        "{\"content\":[{\"type\":\"text\",\"text\":\"%s\"}],\"model_config_id\":\"%s\"}"
            .formatted(text, model);
    return person.post("/", json(body)).expect(201).path("id").asString();
  }

  private JsonNode cost(String chat) {
    return person.get("/api/v2/chats/" + chat + "/cost").expect(200);
  }

  private void awaitOffered(String model) {
    await().atMost(PROMISED).until(() -> isOffered(model));
  }

  private boolean isOffered(String model) {
    return StreamSupport.stream(offer(person).path("models").spliterator(), false)
        .anyMatch(each -> each.path("id").asString().equals(model));
  }

  /// What this replica offers of the provider that was added.
  private static JsonNode offer(ApiClient client) {
    var all = client.get("/api/v2/chats/models").expect(200).path("providers");
    return StreamSupport.stream(all.spliterator(), false)
        .filter(offer -> offer.path("provider").asString().equals("openai-compat"))
        .findAny()
        .orElseGet(() -> all.path("none"));
  }

  private void awaitStatus(String chat, String... wanted) {
    await().atMost(PATIENCE).until(() -> List.of(wanted).contains(person.status(chat)));
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
