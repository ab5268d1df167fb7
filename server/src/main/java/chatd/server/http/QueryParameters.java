package chatd.server.http;

import chatd.core.message.ChatId;
import chatd.server.wire.ErrorBody.Validation;
import chatd.server.wire.UuidText;
import io.javalin.http.Context;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The query of a request. Of a parameter that must not be repeated, the first value counts;
/// unknown ones are ignored. Broken escapes stand for themselves, so that a value that has one is
/// judged like any other.
final class QueryParameters {
  private final List<Parameter> parameters;

  private record Parameter(String name, String value) {}

  private QueryParameters(List<Parameter> parameters) {
    this.parameters = parameters;
  }

  static QueryParameters of(Context context) {
    List<Parameter> parameters = new ArrayList<>();
    var query = context.queryString();
    if (query != null) {
      for (var pair : query.split("&", -1)) {
        var equals = pair.indexOf('=');
        parameters.add(
            equals < 0
                ? new Parameter(decoded(pair), "")
                : new Parameter(
                    decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1))));
      }
    }
    return new QueryParameters(parameters);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return text;
    }
  }

  @Nullable String text(String name) {
    var all = texts(name);
    return all.isEmpty() ? null : all.getFirst();
  }

  List<String> texts(String name) {
    return parameters.stream().filter(p -> p.name().equals(name)).map(Parameter::value).toList();
  }

  /// An integer in this range; null if absent, also if `refusal` is for the caller to choose.
  @Nullable Long integer(String name, long min, long max, ErrorAnswer otherwise) {
    var text = text(name);
    if (text == null) {
      return null;
    }
    try {
      var value = text.matches("-?[0-9]+") ? Long.parseLong(text) : min - 1;
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException _) {
      // It has too many digits for the range, whatever it is.
    }
    throw otherwise.asException();
  }

  @Nullable ChatId chat(String name) {
    var text = text(name);
    return text == null
        ? null
        : new ChatId(
            UuidText.parse(text).orElseThrow(() -> invalid(name, "must be a UUID").asException()));
  }

  /// The refusal of a request with a bad value of this parameter.
  static ErrorAnswer invalid(String name, String why) {
    return ErrorAnswer.of(ApiError.QUERY_INVALID, List.of(new Validation(name, why)));
  }
}
