package chatd.sim;

import chatd.core.feed.ClientCall;
import chatd.core.feed.Framing;
import chatd.core.feed.ViewerAction;
import chatd.core.message.ChatId;
import chatd.core.part.Episode;
import chatd.core.watch.WatchKind;
import chatd.engine.port.Chat;
import chatd.engine.port.StreamEncoder;
import chatd.engine.port.WatchEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// What is written to viewers and to those who watch. Nobody here needs it encoded: its bytes are
/// the number of what they stand for.
final class Wire implements StreamEncoder, WatchEncoder {
  private final List<Object> written = new ArrayList<>();

  /// News of a chat for those who watch.
  record News(WatchKind kind, Chat chat, List<ClientCall> calls) {}

  @Override
  public byte[] encode(Framing framing, ChatId chat, ViewerAction.Write write) {
    return number(write);
  }

  @Override
  public byte[] encode(Framing framing, WatchKind kind, Chat chat, List<ClientCall> calls) {
    return number(new News(kind, chat, calls));
  }

  @Override
  public int around(Framing framing, long snapshot, Episode episode, long first, long last) {
    return 300;
  }

  private byte[] number(Object what) {
    written.add(what);
    return ByteBuffer.allocate(Integer.BYTES).putInt(written.size() - 1).array();
  }

  ViewerAction.Write write(byte[] bytes) {
    return (ViewerAction.Write) written.get(ByteBuffer.wrap(bytes).getInt());
  }

  News news(byte[] bytes) {
    return (News) written.get(ByteBuffer.wrap(bytes).getInt());
  }
}
