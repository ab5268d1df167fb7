package chatd.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Providers, as administrators set them up.
class ProvidersTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private static final String COMPATIBLE =
      "\"provider\":\"openai-compat\",\"base_url\":\"https://models.example.org/v1\"";

  private static ApiStage stage;

  private Person admin;

  @BeforeAll
  static void start() {
    stage = SERVER.stage(ApiStage.Settings.DEFAULT);
  }

  @AfterAll
  static void stop() throws Exception {
    stage.close();
  }

  @BeforeEach
  void signIn() {
    admin = stage.administrator();
  }

  @AfterEach
  void removeAll() {
    stage.removeModels(admin);
  }

  private Reply add(String fields) {
    return admin.post("/providers", "{" + fields + "}");
  }

  private Reply change(String id, String fields) {
    return admin.patch("/providers/" + id, "{" + fields + "}");
  }

  @Test
  void list_hasThoseOfTheSettings() {
    var all = admin.get("/providers").is(200);
    all.elements().forEach(StrictReader::provider);
    assertThat(all.elements()).hasSize(2);
    assertThat(all.text(0, "provider")).isEqualTo("openai");
    assertThat(all.text(0, "has_api_key")).isEqualTo("true");
    assertThat(all.text(0, "base_url")).isEqualTo("https://api.openai.com/v1");
    assertThat(all.text(1, "provider")).isEqualTo("demo");
    assertThat(all.text(1, "source")).isEqualTo("config");
    assertThat(all.members(1)).doesNotContainKey("base_url");
    for (var i = 0; i < 2; i++) {
      var path = "/providers/" + all.text(i, "id");
      admin.patch(path, "{\"enabled\":false}").refuses(ApiError.PROVIDER_CONFIGURED);
      admin.patch(path, "{").refuses(ApiError.BODY_NOT_JSON);
      admin.delete(path).refuses(ApiError.PROVIDER_CONFIGURED);
    }
    add("\"provider\":\"openai\"").refuses(ApiError.PROVIDER_EXISTS);
    add("\"provider\":\"demo\"").refuses(ApiError.PROVIDER_EXISTS);
  }

  @Test
  void provider_isMadeChangedAndDeleted() {
    var made = add(COMPATIBLE + ",\"display_name\":\" Ours \",\"api_key\":\"sk-1\"").is(201);
    StrictReader.provider(made.json());
    assertThat(made.text("display_name")).isEqualTo("Ours");
    assertThat(made.text("has_api_key")).isEqualTo("true");
    assertThat(made.text("enabled")).isEqualTo("true");
    assertThat(made.text("source")).isEqualTo("database");
    add(COMPATIBLE).refuses(ApiError.PROVIDER_EXISTS);

    var id = made.text("id");
    var changed = change(id, "\"display_name\":\"\",\"enabled\":false").is(200);
    StrictReader.provider(changed.json());
    assertThat(changed.text("display_name")).isEqualTo("OpenAI-compatible");
    assertThat(changed.text("enabled")).isEqualTo("false");
    assertThat(changed.text("has_api_key")).isEqualTo("true");
    assertThat(changed.text("created_at")).isEqualTo(made.text("created_at"));
    assertThat(change(id, "\"api_key\":\"\"").is(200).text("has_api_key")).isEqualTo("false");
    change(id, "\"provider\":\"openai-compat\"").is(200);
    change(id, "\"provider\":\"openai\"").refuses(ApiError.PROVIDER_INVALID);
    change(id, "\"base_url\":\"\"").refuses(ApiError.PROVIDER_URL_INVALID);

    assertThat(admin.get("/providers").elements()).hasSize(3);
    admin.delete("/providers/" + id).is(204);
    admin.delete("/providers/" + id).refuses(ApiError.NOT_FOUND);
    change(id, "").refuses(ApiError.NOT_FOUND);
    change(id, "\"enabled\":1").refuses(ApiError.NOT_FOUND);
    admin.patch("/providers/" + id, "{").refuses(ApiError.NOT_FOUND);
    assertThat(admin.get("/providers").elements()).hasSize(2);
  }

  @Test
  void key_isNeverInAnAnswer_norReadableInTheDatabase() {
    var key = "sk-" + UUID.randomUUID();
    var made = add(COMPATIBLE + ",\"api_key\":\"" + key + "\"").is(201);
    var answers =
        List.of(
            made,
            change(made.text("id"), "\"enabled\":true").is(200),
            admin.get("/providers"),
            admin.get("/models"),
            add(COMPATIBLE + ",\"api_key\":\"" + key + "\""),
            add(COMPATIBLE + ",\"api_key\":\"" + key + " \\u0000\""));
    assertThat(answers).allSatisfy(answer -> assertThat(answer.body()).doesNotContain(key));
    var stored = stage.backend.stores().models().read().providers().getFirst();
    assertThat(String.valueOf(stored.sealedKey())).startsWith("v1:").doesNotContain(key);
  }

  @Test
  void address_changesWithItsKey_orWithoutOne() {
    var id = add(COMPATIBLE + ",\"api_key\":\"sk-1\"").is(201).text("id");
    var elsewhere = "\"base_url\":\"https://elsewhere.example.org/v1\"";

    change(id, elsewhere).refuses(ApiError.VALIDATION_FAILED).about("api_key");
    change(id, elsewhere + ",\"api_key\":\"sk-2\"").is(200);
    change(id, elsewhere + ",\"display_name\":\"Other\"").is(200);
    assertThat(
            change(id, "\"base_url\":\"https://a.example.org\",\"api_key\":\"\"")
                .is(200)
                .text("has_api_key"))
        .isEqualTo("false");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://models.example.org",
        "models.example.org",
        "https://",
        "https://ada:secret@models.example.org",
        "https://models.example.org/#x",
        "http://localhost:11434/v1",
        "http://127.0.0.1/v1",
        "http://10.1.2.3/v1",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/v1",
        "http://[::ffff:127.0.0.1]/v1",
        "http://[fe80::1]/v1",
        "http://0.0.0.0/v1",
      })
  void address_thatIsNotAllowed_isRefused(String url) {
    add("\"provider\":\"openai-compat\",\"base_url\":\"" + url + "\"")
        .refuses(ApiError.PROVIDER_URL_INVALID);
    var id = add(COMPATIBLE).is(201).text("id");
    change(id, "\"base_url\":\"" + url + "\"").refuses(ApiError.PROVIDER_URL_INVALID);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|provider",
        "{'provider':null}|provider",
        "{'provider':1}|provider",
        "{'provider':'openai-compat','api_key':1}|api_key",
        "{'provider':'openai-compat','api_key':'a b'}|api_key",
        "{'provider':'openai-compat','api_key':'schl\\u00fcssel'}|api_key",
        "{'provider':'openai-compat','enabled':'yes'}|enabled",
        "{'provider':'openai-compat','base_url':{}}|base_url",
      })
  void field_ofAWrongForm_isNamed(String body, String field) {
    admin
        .post("/providers", body.replace('\'', '"'))
        .refuses(ApiError.VALIDATION_FAILED)
        .about(field);
  }

  @Test
  void longNames_areRefused() {
    add(COMPATIBLE + ",\"display_name\":\"" + "x".repeat(201) + "\"")
        .refuses(ApiError.VALIDATION_FAILED)
        .about("display_name");
    add(COMPATIBLE + ",\"display_name\":\"" + "x".repeat(200) + "\"").is(201);
  }

  @Test
  void others_areForbidden_afterTheirIdsWereRead() {
    var ada = stage.person();
    ada.get("/providers").refuses(ApiError.FORBIDDEN);
    ada.post("/providers", "{").refuses(ApiError.FORBIDDEN);
    ada.patch("/providers/" + UUID.randomUUID(), "{").refuses(ApiError.FORBIDDEN);
    ada.delete("/providers/" + UUID.randomUUID()).refuses(ApiError.FORBIDDEN);
    ada.patch("/providers/x", "{").refuses(ApiError.PROVIDER_ID_INVALID);
  }
}
