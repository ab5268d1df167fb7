package chatd.engine.watch;

import chatd.core.feed.ClientCall;
import chatd.core.feed.Framing;
import chatd.core.watch.WatchKind;
import chatd.engine.port.Chat;
import chatd.engine.port.WatchEncoder;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// One change for all who watch, encoded once per framing. For the loop only.
final class WatchEvent {
  private final WatchEncoder encoder;
  private final WatchKind kind;
  private final Chat chat;
  private final List<ClientCall> calls;
  private final Map<Framing, byte[]> encoded = new EnumMap<>(Framing.class);

  /// `calls` are told with the kind that asks for them.
  WatchEvent(WatchEncoder encoder, WatchKind kind, Chat chat, List<ClientCall> calls) {
    this.encoder = encoder;
    this.kind = kind;
    this.chat = chat;
    this.calls = kind == WatchKind.ACTION_REQUIRED ? List.copyOf(calls) : List.of();
  }

  byte[] in(Framing framing) {
    return encoded.computeIfAbsent(framing, it -> encoder.encode(it, kind, chat, calls));
  }
}
