package chatd.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.server.wire.JsonValue;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// An answer of the server.
record Reply(HttpResponse<byte[]> answer) {

  int status() {
    return answer.statusCode();
  }

  /// Without the end of line that every body has.
  String body() {
    return new String(answer.body(), StandardCharsets.UTF_8).replaceFirst("\n$", "");
  }

  String header(String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  JsonValue json() {
    return JsonValue.read(answer.body())
        .orElseThrow(() -> new AssertionError("not JSON: " + body()));
  }

  /// The value behind these names and, in arrays, numbers; fails if there is none.
  JsonValue at(Object... path) {
    var value = json();
    for (var step : path) {
      value =
          switch (value) {
            case JsonValue.Members(var members) when members.get(step) != null -> members.get(step);
            case JsonValue.Elements(var all) when step instanceof Integer i && i < all.size() ->
                all.get(i);
            default ->
                throw new AssertionError("no " + step + " of " + List.of(path) + ": " + body());
          };
    }
    return value;
  }

  String text(Object... path) {
    return switch (at(path)) {
      case JsonValue.Text(var text) -> text;
      case JsonValue.Numeral(var digits) -> digits;
      case JsonValue.Flag(var on) -> "" + on;
      case JsonValue.Nothing _, JsonValue.Elements _, JsonValue.Members _ ->
          throw new AssertionError(List.of(path) + " is not plain: " + body());
    };
  }

  long number(Object... path) {
    return Long.parseLong(text(path));
  }

  List<JsonValue> elements(Object... path) {
    return ((JsonValue.Elements) at(path)).values();
  }

  Map<String, JsonValue> members(Object... path) {
    return ((JsonValue.Members) at(path)).values();
  }

  Reply is(int status) {
    assertThat(status()).as(() -> body()).isEqualTo(status);
    return this;
  }

  /// It is this refusal, with its exact text.
  Reply refuses(ApiError error) {
    is(error.status());
    assertThat(text("message")).isEqualTo(error.message());
    assertThat(header("X-Request-Id")).isNotEmpty();
    assertThat(header("X-Chat-Replica-Id")).isNotEmpty();
    return this;
  }

  Reply refuses(int status, String message) {
    is(status);
    assertThat(text("message")).isEqualTo(message);
    return this;
  }

  Reply withDetail(String detail) {
    assertThat(text("detail")).isEqualTo(detail);
    return this;
  }

  /// One of what it finds wrong is about this field.
  Reply about(String field) {
    assertThat(elements("validations"))
        .extracting(each -> ((JsonValue.Members) each).values().get("field"))
        .contains(new JsonValue.Text(field));
    return this;
  }
}
