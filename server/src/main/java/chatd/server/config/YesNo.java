package chatd.server.config;

/// Whether something is allowed.
public enum YesNo {
  YES,
  NO
}
