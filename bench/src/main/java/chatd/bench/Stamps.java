package chatd.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Parts of text that say when the provider sent them: each is one number of fixed width.
final class Stamps {
  private static final int DIGITS = 16;
  private static final int WIDTH = DIGITS + 1;

  private Stamps() {}

  /// A part that is sent now.
  static String now() {
    return String.format(Locale.ROOT, "%0" + DIGITS + "d ", System.nanoTime());
  }

  /// The times in a text that is made of such parts alone.
  static List<Long> in(String text) {
    if (text.length() % WIDTH != 0) {
      throw new IllegalArgumentException("not made of stamps: " + text);
    }
    var times = new ArrayList<Long>();
    for (var at = 0; at < text.length(); at += WIDTH) {
      times.add(Long.parseLong(text.substring(at, at + DIGITS)));
    }
    return times;
  }
}
