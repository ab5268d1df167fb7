package chatd.relay;

import chatd.core.relay.LinkMessage;
import chatd.core.relay.LinkState;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One dialling, and the link that it became: what waits to be said on it.
final class DialedLink {
  private final long dial;
  private final Handshake.Dialing handshake;
  private final Map<Long, WantedStream> streams;
  private final Set<Long> toOpen = new LinkedHashSet<>();
  private final Set<Long> openThere = new HashSet<>();
  private final Deque<Long> toClose = new ArrayDeque<>();
  private boolean pingDue;
  private boolean established;
  private Dialer.@Nullable Dialing dialing;
  private @Nullable Link link;
  private @Nullable LinkWriter writer;

  /// `streams` are those that are wanted, at each moment.
  DialedLink(long dial, Handshake.Dialing handshake, Map<Long, WantedStream> streams) {
    this.dial = dial;
    this.handshake = handshake;
    this.streams = streams;
  }

  long dial() {
    return dial;
  }

  boolean isEstablished() {
    return established;
  }

  void began(Dialer.Dialing begun) {
    dialing = begun;
  }

  /// There is a connection. The handshake begins.
  void opened(Link opened) {
    link = opened;
    writer = new LinkWriter(opened);
    writer.greet(handshake.hello());
    opened.readOn(Handshake.MESSAGE_BYTES_MAX);
  }

  Handshake.Outcome answered(ByteBuffer message) {
    return handshake.received(message);
  }

  /// The other end is who it should be; the proof is sent, and then it is a link.
  void establish(ByteBuffer proof) {
    established = true;
    if (writer != null) {
      writer.greet(proof);
    }
    readOn();
  }

  void readOn() {
    if (link != null) {
      link.readOn(Frames.MESSAGE_BYTES_MAX);
    }
  }

  void open(List<Long> numbers) {
    toOpen.addAll(numbers);
  }

  void close(long stream) {
    toOpen.remove(stream);
    if (openThere.remove(stream)) { // Also one that was just to be opened again.
      toClose.add(stream);
    }
  }

  void ping() {
    pingDue = true;
  }

  void written() {
    if (writer != null) {
      writer.written();
    }
  }

  void flush() {
    if (writer != null) {
      writer.flush(this::next);
    }
  }

  /// Breaks off whatever it is.
  void end() {
    if (dialing != null) {
      dialing.cancel();
    }
    if (link != null) {
      link.close();
    }
  }

  private List<LinkMessage> next() {
    var room = LinkState.Limits.DEFAULT.writeBytesMax() / LinkMessage.FIXED_BYTES;
    var messages = new ArrayList<LinkMessage>();
    if (pingDue) {
      pingDue = false;
      messages.add(new LinkMessage.Ping());
    }
    while (!toClose.isEmpty() && messages.size() < room) {
      messages.add(new LinkMessage.Close(toClose.remove()));
    }
    for (var numbers = toOpen.iterator(); numbers.hasNext() && messages.size() < room; ) {
      var stream = streams.get(numbers.next());
      numbers.remove();
      if (stream != null) {
        openThere.add(stream.number());
        messages.add(stream.open());
      }
    }
    return messages;
  }
}
