package chatd.server.http;

/// Leaves a route with a refusal, which the server then answers.
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient ErrorAnswer answer;

  RefusedException(ErrorAnswer answer) {
    super(answer.body().message(), null, false, false); // An answer, not a fault: no stack trace.
    this.answer = answer;
  }

  /// What to answer.
  public ErrorAnswer answer() {
    return answer;
  }
}
