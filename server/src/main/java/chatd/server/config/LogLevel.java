package chatd.server.config;

/// How important an event must be to be logged.
public enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG
}
