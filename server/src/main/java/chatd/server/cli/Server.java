package chatd.server.cli;

/// A server that has started.
public interface Server {

  /// The port that it listens on.
  int port();

  /// Ends it in order: turns in progress get their time, streams a last word, chats are given back.
  /// Returns when nothing of it is left.
  void stop();
}
