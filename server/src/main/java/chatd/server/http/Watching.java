package chatd.server.http;

import chatd.core.feed.Framing;
import chatd.core.feed.ResumeRequest;
import chatd.core.message.ChatId;
import chatd.engine.feed.Access;
import chatd.engine.port.Carrier;
import chatd.engine.port.CarrierListener;

/// Begins to serve a viewer.
@FunctionalInterface
public interface Watching {

  /// Serves `chat` from where `request` says, until the carrier or the access ends. What is
  /// returned hears of the carrier.
  CarrierListener watch(
      ChatId chat, ResumeRequest request, Framing framing, Carrier carrier, Access access);
}
