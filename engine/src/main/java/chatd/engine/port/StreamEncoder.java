package chatd.engine.port;

import chatd.core.feed.FrameSizes;
import chatd.core.feed.Framing;
import chatd.core.feed.ViewerAction;
import chatd.core.message.ChatId;

/// Puts what a viewer is told into bytes. The engine itself knows no encoding.
public interface StreamEncoder extends FrameSizes {

  /// The events of one write as one unit of this framing. Shared by viewers; never changed.
  byte[] encode(Framing framing, ChatId chat, ViewerAction.Write write);
}
