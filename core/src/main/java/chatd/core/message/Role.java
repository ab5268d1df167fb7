package chatd.core.message;

/// Who speaks in a message. `SYSTEM` rows steer the model and are never shown to clients.
public enum Role {
  SYSTEM,
  USER,
  ASSISTANT,
  TOOL
}
