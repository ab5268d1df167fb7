package chatd.server.config;

/// A value that is shown nowhere: not in logs, not in errors, not in the text of a record around
/// it.
public record Secret(String value) {

  @Override
  public String toString() {
    return "***";
  }
}
