package chatd.server.model;

/// Settings that no model can be offered with. The message is one sentence for the person who made
/// them and holds no secret.
public final class BadModelSettings extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  BadModelSettings(String message) {
    super(message);
  }
}
