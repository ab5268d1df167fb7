package chatd.engine.port;

import chatd.core.feed.ClientCall;
import chatd.core.feed.Framing;
import chatd.core.watch.WatchKind;
import java.util.List;

/// Puts what those are told who watch into bytes.
public interface WatchEncoder {

  /// One change as one message of this framing. Shared by all who watch; never changed.
  byte[] encode(Framing framing, WatchKind kind, Chat chat, List<ClientCall> calls);
}
