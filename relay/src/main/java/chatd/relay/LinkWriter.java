package chatd.relay;

import chatd.core.relay.LinkMessage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/// The writing side of a link: one write in flight, and the next one put together only when it is
/// taken. One thread uses it.
final class LinkWriter {
  private final Link link;
  private final Deque<ByteBuffer> greetings = new ArrayDeque<>();
  private boolean writing;

  LinkWriter(Link link) {
    this.link = link;
  }

  /// Adds a message of the handshake. It goes before everything else.
  void greet(ByteBuffer message) {
    greetings.add(message);
  }

  /// The link has taken the last write.
  void written() {
    writing = false;
  }

  /// Writes if the link is free and there is something to write.
  void flush(Supplier<List<LinkMessage>> next) {
    if (writing) {
      return;
    }
    var greeting = greetings.poll();
    if (greeting != null) {
      send(greeting);
      return;
    }
    var messages = next.get();
    if (!messages.isEmpty()) {
      send(Frames.encode(messages));
    }
  }

  private void send(ByteBuffer message) {
    writing = true;
    link.send(message);
  }
}
