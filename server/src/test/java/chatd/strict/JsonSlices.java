package chatd.strict;

import java.util.ArrayList;
import java.util.List;

/// Pieces of a JSON text, byte for byte as they were sent. The text is valid and ASCII.
public final class JsonSlices {
  private final String text;
  private int at;

  private JsonSlices(String text, int from) {
    this.text = text;
    this.at = from;
  }

  /// The elements of an array.
  public static List<String> elements(String array) {
    var elements = new ArrayList<String>();
    var slices = new JsonSlices(array, 1);
    while (slices.text.charAt(slices.at) != ']') {
      elements.add(slices.value());
      slices.skip(',');
    }
    return elements;
  }

  /// The value of a member of an object.
  ///
  /// @throws AssertionError if there is none of this name
  public static String member(String object, String name) {
    var slices = new JsonSlices(object, 1);
    while (object.charAt(slices.at) != '}') {
      var found = slices.value();
      slices.skip(':');
      var value = slices.value();
      if (found.equals('"' + name + '"')) {
        return value;
      }
      slices.skip(',');
    }
    throw new AssertionError("no member " + name);
  }

  private void skip(char mark) {
    if (text.charAt(at) == mark) {
      at++;
    }
  }

  /// The value that begins here; afterwards this stands behind it.
  private String value() {
    var from = at;
    var depth = 0;
    do {
      switch (text.charAt(at)) {
        case '"' -> skipString();
        case '[', '{' -> {
          depth++;
          at++;
        }
        case ']', '}' -> {
          depth--;
          at++;
        }
        default -> at++;
      }
    } while (depth > 0 || !isEnd(text.charAt(at)));
    return text.substring(from, at);
  }

  private static boolean isEnd(char mark) {
    return mark == ',' || mark == ':' || mark == ']' || mark == '}';
  }

  private void skipString() {
    at++;
    while (text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    at++;
  }
}
