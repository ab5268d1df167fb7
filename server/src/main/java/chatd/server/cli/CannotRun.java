package chatd.server.cli;

import org.jspecify.annotations.Nullable;

/// chatd cannot run here and now, though it was called rightly. The message is one sentence for the
/// operator: what is wrong, where, and what can be done. It holds no secret.
public final class CannotRun extends RuntimeException {
  private static final long serialVersionUID = 1;

  public CannotRun(String sentence) {
    this(sentence, null);
  }

  public CannotRun(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
  }
}
