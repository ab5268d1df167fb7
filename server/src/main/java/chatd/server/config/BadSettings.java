package chatd.server.config;

/// Settings that nothing can be started with. The message is one sentence for the person who made
/// them: which setting, and what it must be like. It holds no secret.
public final class BadSettings extends RuntimeException {
  private static final long serialVersionUID = 1;

  public BadSettings(String sentence) {
    super(sentence);
  }
}
