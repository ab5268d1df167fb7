package chatd.server.wire;

import chatd.server.wire.ErrorBody.Validation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The fields of a JSON object in a request, asked for by name and type.
///
/// A field that is missing or `null` is absent, one of the wrong type is absent and noted among the
/// problems, and one that nobody asks for is ignored.
public final class RequestFields {
  private final String path;
  private final Map<String, JsonValue> values;
  private final List<Validation> problems;

  private RequestFields(String path, Map<String, JsonValue> values, List<Validation> problems) {
    this.path = path;
    this.values = values;
    this.problems = problems;
  }

  /// The object in these bytes; empty if they hold anything else.
  public static Optional<RequestFields> read(byte[] utf8) {
    return JsonValue.read(utf8).orElse(null) instanceof JsonValue.Members(var values)
        ? Optional.of(new RequestFields("", values, new ArrayList<>()))
        : Optional.empty();
  }

  /// What was of the wrong type so far.
  public List<Validation> problems() {
    return List.copyOf(problems);
  }

  public @Nullable String text(String name) {
    return typed(name, "must be a string", RequestFields::text);
  }

  public @Nullable Boolean flag(String name) {
    return typed(
        name, "must be a boolean", v -> v instanceof JsonValue.Flag(var on) ? (Boolean) on : null);
  }

  /// An integer in this range, written without fraction and exponent.
  public @Nullable Long integer(String name, long min, long max) {
    return typed(
        name,
        "must be an integer from " + min + " to " + max,
        value -> {
          var integer = integer(value);
          return integer == null || integer < min || integer > max ? null : integer;
        });
  }

  /// Notes a field that is absent as a problem.
  public void require(String name) {
    var value = values.get(name);
    if (value == null || value instanceof JsonValue.Nothing) {
      problems.add(new Validation(path + name, "is required"));
    }
  }

  /// Notes what is wrong about a field.
  public void refuse(String name, String why) {
    problems.add(new Validation(path + name, why));
  }

  public @Nullable UUID id(String name) {
    return typed(name, "must be a UUID", RequestFields::id);
  }

  public @Nullable List<String> texts(String name) {
    return typed(name, "must be an array of strings", value -> each(value, RequestFields::text));
  }

  /// The fields of each object in an array. Their problems are noted with this object's.
  public @Nullable List<RequestFields> objects(String name) {
    var elements =
        typed(name, "must be an array of objects", value -> each(value, RequestFields::members));
    if (elements == null) {
      return null;
    }
    List<RequestFields> objects = new ArrayList<>();
    for (var element : elements) {
      objects.add(new RequestFields(path + name + "[" + objects.size() + "].", element, problems));
    }
    return objects;
  }

  /// An object whose values are all strings, in its order.
  public @Nullable Map<String, String> textMap(String name) {
    return typed(name, "must be an object of strings", RequestFields::textMap);
  }

  private <T> @Nullable T typed(
      String name, String expected, Function<JsonValue, @Nullable T> reading) {
    var value = values.get(name);
    if (value == null || value instanceof JsonValue.Nothing) {
      return null;
    }
    var read = reading.apply(value);
    if (read == null) {
      problems.add(new Validation(path + name, expected));
    }
    return read;
  }

  private static @Nullable String text(JsonValue value) {
    return value instanceof JsonValue.Text(var text) ? text : null;
  }

  private static @Nullable Long integer(JsonValue value) {
    try {
      return value instanceof JsonValue.Numeral(var digits) ? (Long) Long.parseLong(digits) : null;
    } catch (NumberFormatException _) {
      return null;
    }
  }

  private static @Nullable UUID id(JsonValue value) {
    return value instanceof JsonValue.Text(var text) ? UuidText.parse(text).orElse(null) : null;
  }

  private static @Nullable Map<String, JsonValue> members(JsonValue value) {
    return value instanceof JsonValue.Members(var members) ? members : null;
  }

  private static @Nullable Map<String, String> textMap(JsonValue value) {
    if (!(value instanceof JsonValue.Members(var members))) {
      return null;
    }
    var texts = new LinkedHashMap<String, String>();
    for (var member : members.entrySet()) {
      var text = text(member.getValue());
      if (text == null) {
        return null;
      }
      texts.put(member.getKey(), text);
    }
    return texts;
  }

  private static <T> @Nullable List<T> each(
      JsonValue value, Function<JsonValue, @Nullable T> reading) {
    if (!(value instanceof JsonValue.Elements(var elements))) {
      return null;
    }
    List<T> all = new ArrayList<>();
    for (var element : elements) {
      var read = reading.apply(element);
      if (read == null) {
        return null;
      }
      all.add(read);
    }
    return all;
  }
}
