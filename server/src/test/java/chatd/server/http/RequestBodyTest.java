package chatd.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bodies that cannot be read, wherever one is expected.
class RequestBodyTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private static final String HI = "{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]";

  private Person ada;
  private OneChat chat;

  @BeforeEach
  void signIn() {
    ada = SERVER.stage().person();
    chat = ada.newChat();
  }

  /// The body goes to every route that takes one.
  private void everywhere(byte[] body, ApiError error) {
    for (var mount : UserRoutes.MOUNTS) {
      var path = mount + chat.path();
      ada.callAt("POST", mount, body).refuses(error);
      ada.callAt("PATCH", path, body).refuses(error);
      ada.callAt("POST", path + "/messages", body).refuses(error);
      ada.callAt("PATCH", path + "/messages/1", body).refuses(error);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{}x",
        "{} {}",
        "[]",
        "null",
        "\"x\"",
        "1",
        "{'a':1}",
        "{\"a\":1,}",
        "{\"a\":NaN}",
        "{\"a\":01}",
        "{\"a\":\"\n\"}",
        "/**/{}",
        "{a:1}",
        "{\"a\":\"\\x\"}",
      })
  void noJsonObject_isRefused(String body) {
    everywhere(body.getBytes(StandardCharsets.UTF_8), ApiError.BODY_NOT_JSON);
  }

  static Stream<List<Integer>> brokenUtf8() {
    return Stream.of(
        List.of(0xFF),
        List.of(0xC3), // The rest of the character is missing.
        List.of(0xC0, 0xAF), // Longer than needed.
        List.of(0xED, 0xA0, 0x80), // A surrogate.
        List.of(0xF4, 0x90, 0x80, 0x80)); // Behind the last character.
  }

  @ParameterizedTest
  @MethodSource("brokenUtf8")
  void brokenUtf8_isRefused(List<Integer> broken) {
    var before = HI + ",\"x\":\"";
    var body = new StringBuilder(before);
    broken.forEach(value -> body.append((char) value.intValue()));
    body.append("\"}");
    everywhere(body.toString().getBytes(StandardCharsets.ISO_8859_1), ApiError.BODY_NOT_JSON);
  }

  @Test
  void otherEncodings_areRefused() {
    everywhere((HI + "}").getBytes(StandardCharsets.UTF_16), ApiError.BODY_NOT_JSON);
    everywhere((HI + "}").getBytes(StandardCharsets.UTF_16LE), ApiError.BODY_NOT_JSON);
  }

  @Test
  void nesting_of500_isRead_andOf501Refused() {
    ada.post("", HI + ",\"x\":" + nested(499) + "}").is(201);
    ada.post("", HI + ",\"x\":" + nested(500) + "}").refuses(ApiError.BODY_NOT_JSON);
    everywhere(
        ("{\"x\":" + nested(500) + "}").getBytes(StandardCharsets.UTF_8), ApiError.BODY_NOT_JSON);
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  @Test
  void size_atTheLimit_isRead_andOverItRefused() {
    var frame = HI + ",\"x\":\"\"}";
    var filling = "x".repeat(RequestBody.LIMIT - frame.length());
    ada.post("", HI + ",\"x\":\"" + filling + "\"}").is(201);
    ada.post("", HI + ",\"x\":\"" + filling + "x\"}").refuses(ApiError.BODY_TOO_LARGE);
    everywhere(new byte[RequestBody.LIMIT + 1], ApiError.BODY_TOO_LARGE);
  }

  @Test
  void numbers_ofAnySize_inFieldsThatNobodyAsksFor_areFine() {
    ada.post("", HI + ",\"x\":[1e999999,-0.000," + "9".repeat(200_000) + "]}").is(201);
  }

  @Test
  void names_ofAnySize_areNames() {
    var name = "n".repeat(200_000);
    ada.post("", HI + ",\"" + name + "\":1}").is(201);
    ada.post("", HI + ",\"labels\":{\"" + name + "\":\"x\"}}").refuses(ApiError.LABELS_INVALID);
  }

  @Test
  void field_thatComesTwice_countsAsItCameLast() {
    assertThat(ada.post("", HI + ",\"client_type\":\"x\",\"client_type\":\"ui\"}").status())
        .isEqualTo(201);
  }
}
