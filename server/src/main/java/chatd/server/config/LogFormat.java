package chatd.server.config;

/// How logs are written.
public enum LogFormat {
  /// Lines for people.
  TEXT,
  /// One JSON object per line, for programs.
  JSON
}
