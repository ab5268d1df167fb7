package chatd.sim;

/// A promise that was not kept.
final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Promise promise;

  Violation(Promise promise, String what) {
    super(promise + ": " + what);
    this.promise = promise;
  }

  Promise promise() {
    return promise;
  }
}
