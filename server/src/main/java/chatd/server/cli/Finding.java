package chatd.server.cli;

/// What was found about one thing that chatd needs, for people.
///
/// @param what a word for the thing
/// @param text one line, without a secret
public record Finding(Verdict verdict, String what, String text) {

  public enum Verdict {
    OK,
    /// It works, and somebody should know something about it.
    NOTE,
    /// chatd will not work, or not as promised.
    FAIL
  }

  public static Finding ok(String what, String text) {
    return new Finding(Verdict.OK, what, text);
  }

  public static Finding note(String what, String text) {
    return new Finding(Verdict.NOTE, what, text);
  }

  public static Finding fail(String what, String text) {
    return new Finding(Verdict.FAIL, what, text);
  }
}
