package chatd.server.http;

import chatd.server.wire.ErrorBody.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The rules for labels.
final class Labels {
  private static final int COUNT_MAX = 50;
  private static final int KEY_BYTES_MAX = 64;
  private static final int VALUE_BYTES_MAX = 256;
  private static final Pattern KEY = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._/-]*");

  private Labels() {}

  /// Whether a label may have this key.
  static boolean isKey(String key) {
    return KEY.matcher(key).matches() && key.length() <= KEY_BYTES_MAX;
  }

  /// Refuses labels of which any breaks a rule.
  static void check(Map<String, String> labels) {
    List<Validation> problems = new ArrayList<>();
    labels.forEach((key, value) -> {
      var problem = problem(key, value);
      if (!problem.isEmpty()) {
        problems.add(new Validation("labels", "key \"" + key + "\" " + problem));
      }
    });
    if (!problems.isEmpty()) {
      var count = problems.size();
      refuse(count == 1 ? "1 label is not valid." : count + " labels are not valid.", problems);
    }
    if (labels.size() > COUNT_MAX) {
      var detail = "at most " + COUNT_MAX + " labels are allowed";
      refuse("There are too many labels.", List.of(new Validation("labels", detail)));
    }
  }

  private static void refuse(String detail, List<Validation> problems) {
    throw ErrorAnswer.of(ApiError.LABELS_INVALID, detail, problems).asException();
  }

  private static String problem(String key, String value) {
    if (!KEY.matcher(key).matches()) {
      return "does not match the allowed pattern";
    }
    if (key.length() > KEY_BYTES_MAX) {
      return "is longer than " + KEY_BYTES_MAX + " bytes";
    }
    if (value.isEmpty()) {
      return "has an empty value";
    }
    if (bytes(value) > VALUE_BYTES_MAX) {
      return "has a value of more than " + VALUE_BYTES_MAX + " bytes";
    }
    return "";
  }

  /// The length in UTF-8, where an unpaired surrogate counts like other characters of its size.
  private static long bytes(String text) {
    return text.codePoints()
        .mapToLong(c -> c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4)
        .sum();
  }
}
