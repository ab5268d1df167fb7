package chatd.server.demo;

/// What is to be done for the demo.
sealed interface Action {

  /// Starts the process of a replica, on the port that it had if it had one.
  record Start(int actor) implements Action {}

  /// `kill -9`.
  record Kill(int actor) implements Action {}

  /// Its process gets no time until it is thawed.
  record Freeze(int actor) implements Action {}

  record Thaw(int actor) implements Action {}

  /// Makes the chat, through the replica at this address.
  record Open(String address) implements Action {}

  /// Watches the chat at this replica from now on, also when the replica comes back later.
  record Watch(int actor, String address, String chat) implements Action {}

  /// Sends the chat another message, likewise.
  record Send(String address, String chat) implements Action {}

  /// Ends the demo.
  record Quit() implements Action {}
}
