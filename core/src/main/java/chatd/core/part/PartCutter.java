package chatd.core.part;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes parts fit to be numbered, as the parts of one attempt come in: no part is longer than the
/// limit when it is encoded, and no surrogate pair is split between two.
///
/// A delta that ends in a high surrogate keeps it back until the next delta of its block, or until
/// its block ends. Nothing else is ever held, changed or joined.
public final class PartCutter {
  /// The longest encoded part.
  public static final int ENCODED_MAX = 1 << 20;

  /// What an encoded delta has around its text, names and ids apart.
  private static final int FRAME = 512;

  private static final int ESCAPED = 6;

  private final int encodedMax;

  /// A delta whose text is the one surrogate held back.
  private @Nullable Part held;

  public PartCutter() {
    this(ENCODED_MAX);
  }

  PartCutter(int encodedMax) {
    this.encodedMax = encodedMax;
  }

  /// The parts that can be numbered now that `part` came; possibly none.
  public List<Part> add(Part part) {
    var out = new ArrayList<Part>(2);
    var next = part;
    if (held != null) {
      if (isSameBlock(held, part)) {
        next = with(part, text(held) + text(part));
      } else {
        out.add(held);
      }
      held = null;
    }
    if (isDelta(next)) {
      cut(next, out);
    } else {
      out.add(next);
    }
    return out;
  }

  /// What was held back when nothing follows.
  public List<Part> end() {
    var rest = held == null ? List.<Part>of() : List.of(held);
    held = null;
    return rest;
  }

  private void cut(Part delta, List<Part> out) {
    var text = text(delta);
    var end = text.length();
    if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
      held = with(delta, text.substring(--end));
    }
    var room = encodedMax - FRAME - ESCAPED * namesLength(delta);
    for (var from = 0; from < end; ) {
      var to = endWithin(text, from, end, room);
      out.add(from == 0 && to == text.length() ? delta : with(delta, text.substring(from, to)));
      from = to;
    }
  }

  /// Where the longest piece from `from` ends whose encoding surely fits into `room`; at least one
  /// character.
  private static int endWithin(String text, int from, int end, int room) {
    var size = 0;
    var at = from;
    while (at < end) {
      var point = text.codePointAt(at);
      size += encodedLengthMax(point);
      if (size > room && at > from) {
        return at;
      }
      at += Character.charCount(point);
    }
    return end;
  }

  private static int encodedLengthMax(int point) {
    if (point < ' ' || point > '~') {
      return ESCAPED * Character.charCount(point);
    }
    return point == '"' || point == '\\' ? 2 : 1;
  }

  private static boolean isDelta(Part part) {
    return switch (part) {
      case Part.TextDelta _, Part.ReasoningDelta _, Part.ArgsDelta _, Part.ResultDelta _ -> true;
      case Part.ResultReset _, Part.Whole _ -> false;
    };
  }

  private static boolean isSameBlock(Part held, Part next) {
    return isDelta(next) && with(held, "").equals(with(next, ""));
  }

  private static String text(Part part) {
    return switch (part) {
      case Part.TextDelta(var text) -> text;
      case Part.ReasoningDelta(var text) -> text;
      case Part.ArgsDelta(_, _, var delta, _) -> delta;
      case Part.ResultDelta(_, _, var delta, _) -> delta;
      case Part.ResultReset _, Part.Whole _ -> "";
    };
  }

  private static Part with(Part part, String text) {
    return switch (part) {
      case Part.TextDelta _ -> new Part.TextDelta(text);
      case Part.ReasoningDelta _ -> new Part.ReasoningDelta(text);
      case Part.ArgsDelta(var id, var name, _, var origin) ->
          new Part.ArgsDelta(id, name, text, origin);
      case Part.ResultDelta(var id, var name, _, var origin) ->
          new Part.ResultDelta(id, name, text, origin);
      case Part.ResultReset _, Part.Whole _ -> part;
    };
  }

  private static int namesLength(Part part) {
    return switch (part) {
      case Part.ArgsDelta(var id, var name, _, _) -> id.length() + name.length();
      case Part.ResultDelta(var id, var name, _, _) -> id.length() + name.length();
      case Part.TextDelta _, Part.ReasoningDelta _, Part.ResultReset _, Part.Whole _ -> 0;
    };
  }
}
