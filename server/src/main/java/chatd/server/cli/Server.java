package chatd.server.cli;

/// A server that has started.
public interface Server {

  /// The port that it listens on.
  int port();

  /// How many turns are in progress.
  int runningTurns();

  /// Ends it in order: turns in progress get their time, streams a last word, chats are given back.
  /// Returns when nothing of it is left.
  void stop();

  /// From now on `stop` gives turns no time: they are given back where they are.
  void hurry();
}
