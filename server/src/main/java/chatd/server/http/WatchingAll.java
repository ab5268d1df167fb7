package chatd.server.http;

import chatd.core.feed.Framing;
import chatd.engine.feed.Access;
import chatd.engine.port.Carrier;
import chatd.engine.port.CarrierListener;

/// Begins to tell somebody of all own chats.
@FunctionalInterface
public interface WatchingAll {

  /// Tells of every change from now on, until the carrier or the access ends. What is returned
  /// hears of the carrier. Throws if the database does not say what there is now.
  CarrierListener watch(Framing framing, Carrier carrier, Access access);
}
