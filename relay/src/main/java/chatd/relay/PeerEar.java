package chatd.relay;

import chatd.engine.loop.Mailbox;
import java.nio.ByteBuffer;

/// Tells a peer's loop what becomes of one dialling, and of the link that came of it.
record PeerEar(long dial, Mailbox<PeerNotice> mailbox) implements Dialer.Answer, Link.Listener {
  @Override
  public Link.Listener opened(Link link) {
    if (!mailbox.post(new PeerNotice.Opened(dial, link))) {
      link.close();
    }
    return this;
  }

  @Override
  public void failed(Throwable cause) {
    mailbox.post(new PeerNotice.Failed(dial, cause));
  }

  @Override
  public void heard() {
    mailbox.postOnce(new PeerNotice.Heard(dial));
  }

  @Override
  public void received(ByteBuffer message) {
    mailbox.post(new PeerNotice.Received(dial, message));
  }

  @Override
  public void written() {
    mailbox.post(new PeerNotice.Written(dial));
  }

  @Override
  public void ended() {
    mailbox.post(new PeerNotice.Ended(dial));
  }
}
