package chatd.relay;

import chatd.core.message.ChatId;
import chatd.core.relay.LinkMessage;
import chatd.engine.port.PartsRelay;
import java.util.concurrent.atomic.AtomicLong;

/// One stream that is wanted here, on whatever link there is at the moment.
///
/// The number of askings is shared with those who ask; the rest belongs to the peer's loop.
final class WantedStream implements PartsRelay.Stream {
  private final Peer peer;
  private final long number;
  private final ChatId chat;
  private final PartsRelay.Receiver receiver;
  private final AtomicLong asked = new AtomicLong(1);
  private long sent;
  private long answered;

  WantedStream(Peer peer, long number, ChatId chat, PartsRelay.Receiver receiver) {
    this.peer = peer;
    this.number = number;
    this.chat = chat;
    this.receiver = receiver;
  }

  long number() {
    return number;
  }

  ChatId chat() {
    return chat;
  }

  PartsRelay.Receiver receiver() {
    return receiver;
  }

  @Override
  public long ask() {
    var ask = asked.incrementAndGet();
    peer.post(new PeerNotice.Ask(number));
    return ask;
  }

  @Override
  public void close() {
    peer.post(new PeerNotice.Unwant(number));
  }

  /// The next asking, after what is had now.
  LinkMessage.Open open() {
    sent = asked.updateAndGet(ask -> Math.max(ask, sent + 1));
    return new LinkMessage.Open(number, sent, chat, receiver.have());
  }

  void answered(long ask) {
    answered = Math.max(answered, ask);
  }

  /// Whether the peer still sends from where it was asked to earlier.
  boolean isBeingOpened() {
    return answered < sent;
  }
}
