package chatd.server.model;

import chatd.engine.port.ModelClient;

/// A client with connections of its own.
interface ProviderClient extends ModelClient, AutoCloseable {

  /// Sends no new requests; those under way go on to their end.
  void retire();

  /// Breaks off what is under way and closes all connections.
  @Override
  void close();
}
