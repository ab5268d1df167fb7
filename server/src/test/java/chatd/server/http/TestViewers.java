package chatd.server.http;

import chatd.core.feed.Framing;
import chatd.core.feed.ResumeRequest;
import chatd.core.message.ChatId;
import chatd.engine.feed.Access;
import chatd.engine.port.Carrier;
import chatd.engine.port.CarrierListener;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Viewers that are served nothing, so that a test can look at how they came.
final class TestViewers implements Watching, WatchingAll {
  private final BlockingQueue<Seen> opened = new LinkedBlockingQueue<>();
  private final BlockingQueue<ChatId> ended = new LinkedBlockingQueue<>();
  private final BlockingQueue<SeenAll> openedAll = new LinkedBlockingQueue<>();

  record Seen(
      ChatId chat, ResumeRequest request, Framing framing, Carrier carrier, Access access) {}

  record SeenAll(Framing framing, Carrier carrier, Access access) {}

  @Override
  public CarrierListener watch(Framing framing, Carrier carrier, Access access) {
    openedAll.add(new SeenAll(framing, carrier, access));
    return new CarrierListener() {
      @Override
      public void written() {}

      @Override
      public void progressed() {}

      @Override
      public void ended() {}
    };
  }

  @Override
  public CarrierListener watch(
      ChatId chat, ResumeRequest request, Framing framing, Carrier carrier, Access access) {
    opened.add(new Seen(chat, request, framing, carrier, access));
    return new CarrierListener() {
      @Override
      public void written() {}

      @Override
      public void progressed() {}

      @Override
      public void ended() {
        ended.add(chat);
      }
    };
  }

  /// The viewer that came next.
  Seen next() throws InterruptedException {
    return taken(opened);
  }

  /// Who came next to watch all chats.
  SeenAll nextOfAll() throws InterruptedException {
    return taken(openedAll);
  }

  /// Waits for one viewer to be told of its end.
  ChatId nextEnd() throws InterruptedException {
    return taken(ended);
  }

  private static <T> T taken(BlockingQueue<T> queue) throws InterruptedException {
    var next = queue.poll(20, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came");
    }
    return next;
  }
}
