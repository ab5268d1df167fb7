package chatd.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.CommitStep.Then;
import chatd.core.message.ModelUse;
import chatd.core.message.Usage;
import chatd.engine.port.TestChat;
import chatd.server.wire.JsonValue;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Models: set up by administrators, chosen by everybody, and what they cost.
class ModelConfigsTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private static final String MODEL =
      "\"provider\":\"openai\",\"model\":\"gpt\",\"context_limit\":9";

  private static ApiStage stage;

  private Person admin;
  private Person ada;

  @BeforeAll
  static void start() {
    stage = SERVER.stage(ApiStage.Settings.DEFAULT);
    stage.models.isOffered = false;
  }

  @AfterAll
  static void stop() throws Exception {
    stage.close();
  }

  @BeforeEach
  void signIn() {
    admin = stage.administrator();
    ada = stage.person();
  }

  @AfterEach
  void removeAll() {
    stage.removeModels(admin);
  }

  private Reply add(String fields) {
    return admin.post("/model-configs", "{" + MODEL + fields + "}");
  }

  private String added(String fields) {
    return add(fields).is(201).text("id");
  }

  private Reply change(String id, String fields) {
    return admin.patch("/model-configs/" + id, "{" + fields + "}");
  }

  private Reply create(String model) {
    return ada.post("", Person.content("hi", "\"model_config_id\":\"" + model + "\""));
  }

  @Test
  void model_isMadeListedChangedAndDeleted() {
    var made = add("").is(201);
    StrictReader.modelConfig(made.json());
    assertThat(made.text("display_name")).isEqualTo("gpt");
    assertThat(made.text("enabled")).isEqualTo("true");
    assertThat(made.text("is_default")).isEqualTo("false");
    assertThat(made.number("compression_threshold")).isEqualTo(70);
    assertThat(made.members("model_config")).isEmpty();
    var id = made.text("id");

    var changed =
        change(
                id,
                "\"display_name\":\"Large\",\"model\":\"gpt-2\",\"context_limit\":200000,"
                    + "\"compression_threshold\":0,\"enabled\":false")
            .is(200);
    StrictReader.modelConfig(changed.json());
    assertThat(changed.text("display_name")).isEqualTo("Large");
    assertThat(changed.text("model")).isEqualTo("gpt-2");
    assertThat(changed.number("compression_threshold")).isZero();

    var all = admin.get("/model-configs").is(200);
    assertThat(all.elements()).containsExactly(changed.json());
    admin.delete("/model-configs/" + id).is(204);
    admin.delete("/model-configs/" + id).refuses(ApiError.NOT_FOUND);
    change(id, "").refuses(ApiError.NOT_FOUND);
    change(id, "\"enabled\":1").refuses(ApiError.NOT_FOUND);
    admin.patch("/model-configs/" + id, "{").refuses(ApiError.NOT_FOUND);
    assertThat(admin.get("/model-configs").elements()).isEmpty();
  }

  @Test
  void settings_comeBackDigitByDigit_andAreReplacedAsAWhole() {
    var settings =
        """
        {"max_output_tokens":8192,"temperature":0.70,"top_p":1.0,"top_k":40,\
        "presence_penalty":-0.5,"frequency_penalty":2,\
        "provider_options":{"z":{"a":[1,2.50,null,"\\u0000\\uD800"]},"b":true},\
        "cost":{"input_price_per_million_tokens":3,"output_price_per_million_tokens":0.15,\
        "cache_read_price_per_million_tokens":0,"cache_write_price_per_million_tokens":3.750}}\
        """;
    var made = add(",\"model_config\":" + settings).is(201);
    assertThat(made.at("model_config"))
        .isEqualTo(JsonValue.read(settings.getBytes(StandardCharsets.UTF_8)).orElseThrow());
    assertThat(made.body()).contains(settings.strip());

    var id = made.text("id");
    assertThat(change(id, "\"enabled\":true").at("model_config"))
        .isEqualTo(made.at("model_config"));
    assertThat(change(id, "\"model_config\":{\"top_k\":1}").members("model_config"))
        .containsOnlyKeys("top_k");
    assertThat(change(id, "\"model_config\":{}").members("model_config")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'model':null|model",
        "'model':' '|model",
        "'context_limit':0|context_limit",
        "'context_limit':1.5|context_limit",
        "'compression_threshold':101|compression_threshold",
        "'is_default':1|is_default",
        "'model_config':[]|model_config",
        "'model_config':{'max_output_tokens':0}|model_config.max_output_tokens",
        "'model_config':{'temperature':2.1}|model_config.temperature",
        "'model_config':{'temperature':1e-999999999}|model_config.temperature",
        "'model_config':{'top_p':'1'}|model_config.top_p",
        "'model_config':{'presence_penalty':-3}|model_config.presence_penalty",
        "'model_config':{'provider_options':1}|model_config.provider_options",
        "'model_config':{'provider_options':{'stream':false}}|model_config.provider_options.stream",
        "'model_config':{'cost':{'input_price_per_million_tokens':-1}}|model_config.cost.input_price_per_million_tokens",
        "'model_config':{'cost':{'output_price_per_million_tokens':1e9}}|model_config.cost.output_price_per_million_tokens",
      })
  void field_ofAWrongForm_isNamed(String fields, String field) {
    add("," + fields.replace('\'', '"')).refuses(ApiError.VALIDATION_FAILED).about(field);
  }

  @Test
  void fields_thatAreRequired() {
    for (var field : List.of("provider", "model", "context_limit")) {
      admin.post("/model-configs", "{}").refuses(ApiError.VALIDATION_FAILED).about(field);
    }
    for (var kind : List.of("x", "openai-compat", "anthropic")) {
      var body = "{" + MODEL.replace("openai", kind) + "}";
      admin.post("/model-configs", body).refuses(ApiError.PROVIDER_INVALID);
    }
  }

  @Test
  void offers_areWhatCanBeChosen() {
    var id = added(",\"display_name\":\"Large\"");
    added(",\"enabled\":false");
    var offers = ada.get("/models").is(200);
    StrictReader.offers(offers.json());
    assertThat(offers.text("providers", 0, "provider")).isEqualTo("openai");
    assertThat(offers.elements("providers", 0, "models")).hasSize(1);
    assertThat(offers.text("providers", 0, "models", 0, "id")).isEqualTo(id);
    assertThat(offers.text("providers", 0, "models", 0, "display_name")).isEqualTo("Large");
    create(id).is(201);
  }

  @Test
  void providerThatIsDisabled_offersNothing() {
    var body = "{\"provider\":\"openai-compat\",\"base_url\":\"https://models.example.org\"}";
    var provider = admin.post("/providers", body).is(201).text("id");
    var id =
        admin
            .post("/model-configs", "{" + MODEL.replace("openai", "openai-compat") + "}")
            .is(201)
            .text("id");
    create(id).is(201);
    admin.patch("/providers/" + provider, "{\"enabled\":false}").is(200);

    var offers = ada.get("/models").is(200);
    StrictReader.offers(offers.json());
    assertThat(offers.text("providers", 2, "unavailable_reason")).isEqualTo("provider_disabled");
    create(id).refuses(ApiError.MODEL_CONFIG_INVALID);
    admin.delete("/providers/" + provider).refuses(ApiError.PROVIDER_IN_USE);
  }

  @Test
  void choice_ofAModelThatIsDisabledOrGone_isRefused() {
    var id = added("");
    var chat = ada.newChatOf(create(id).is(201));
    change(id, "\"enabled\":false").is(200);
    create(id).refuses(ApiError.MODEL_CONFIG_INVALID);
    chat.send("hi", "\"model_config_id\":\"" + id + "\"").refuses(ApiError.MODEL_CONFIG_INVALID);
    change(id, "\"enabled\":true").is(200);
    chat.send("hi", "\"model_config_id\":\"" + id + "\"").is(200);
    admin.delete("/model-configs/" + id).is(204);
    create(id).refuses(ApiError.MODEL_CONFIG_INVALID);
    create(new UUID(0, 0).toString()).refuses(ApiError.MODEL_CONFIG_INVALID);
    assertThat(chat.get("").text("last_model_config_id")).isEqualTo(id);
    assertThat(chat.get("/messages").text("messages", 0, "model_config_id")).isEqualTo(id);
  }

  @Test
  void default_isTakenFromTheOneBefore_andNeededWhereNothingIsChosen() {
    ada.post("", Person.content("hi")).refuses(ApiError.NO_DEFAULT_MODEL);
    var first = added(",\"is_default\":true");
    var second = added(",\"is_default\":true");
    assertThat(admin.get("/model-configs").text(0, "is_default")).isEqualTo("false");
    assertThat(admin.get("/model-configs").text(1, "is_default")).isEqualTo("true");
    assertThat(ada.post("", Person.content("hi")).is(201).text("last_model_config_id"))
        .isEqualTo(second);
    change(first, "\"is_default\":true").is(200);
    assertThat(ada.post("", Person.content("hi")).is(201).text("last_model_config_id"))
        .isEqualTo(first);
    change(first, "\"enabled\":false").is(200);
    ada.post("", Person.content("hi")).refuses(ApiError.NO_DEFAULT_MODEL);
  }

  @Test
  void others_areForbidden_afterTheirIdsWereRead() {
    ada.get("/model-configs").refuses(ApiError.FORBIDDEN);
    ada.post("/model-configs", "{").refuses(ApiError.FORBIDDEN);
    ada.patch("/model-configs/" + UUID.randomUUID(), "{").refuses(ApiError.FORBIDDEN);
    ada.delete("/model-configs/" + UUID.randomUUID()).refuses(ApiError.FORBIDDEN);
    ada.delete("/model-configs/x").refuses(ApiError.MODEL_CONFIG_INVALID);
  }

  @Test
  void cost_isThatOfTheRequests_roundedOnce() {
    var chat = ada.newChatOf(create(added("")).is(201)).taken();
    var none = chat.get("/cost").is(200);
    assertThat(none.members())
        .containsOnlyKeys(
            "chat_id", "total_cost_micros", "request_count", "unpriced_request_count");
    assertThat(none.number("request_count")).isZero();

    var worker = chat.worker();
    var usage = new Usage(1L, 1L, 2L, null, null, null, null);
    worker.done(
        new ChatCommand.CommitStep(
            worker.fence(),
            List.of(TestChat.answer("x")),
            Set.of(),
            new ModelUse(null, usage, new BigDecimal("1250.3")),
            Then.FINISH));
    worker.store().record(worker.id(), new ModelUse(null, usage, new BigDecimal("0.3")));
    worker.store().record(worker.id(), ModelUse.unknown(null));

    var cost = chat.get("/cost").is(200);
    assertThat(cost.text("chat_id")).isEqualTo(worker.id().toString());
    assertThat(cost.number("total_cost_micros")).isEqualTo(1251);
    assertThat(cost.number("request_count")).isEqualTo(3);
    assertThat(cost.number("unpriced_request_count")).isEqualTo(1);
  }
}
