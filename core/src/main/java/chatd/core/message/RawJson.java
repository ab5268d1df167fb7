package chatd.core.message;

/// One valid JSON value as text, passed on without being looked into.
///
/// The text is compact (no line breaks), and an unpaired surrogate appears in it only as an escape;
/// numbers keep every digit they came with. Whoever makes one from outside text has checked that.
public record RawJson(String text) {
  public static final RawJson EMPTY_OBJECT = new RawJson("{}");
}
