package chatd.core.relay;

import chatd.core.message.ChatId;
import chatd.core.part.Episode;
import chatd.core.part.PartLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What the sending end of a link has sent: positions in part logs, never parts.
///
/// A peer that is slow is further behind and gets longer runs; it costs no memory and nobody waits
/// for it. Streams that have something new take turns, and a turn is short, so a heavy chat does
/// not delay the light ones beside it.
///
/// It changes in place, because it does so with every part. One thread uses it.
public final class LinkState {
  private final Limits limits;
  private final Map<Long, Position> streams = new HashMap<>();
  private final Map<ChatId, Set<Long>> byChat = new HashMap<>();
  private final LinkedHashSet<Long> ready = new LinkedHashSet<>();
  private boolean pongDue;

  /// What is sent at once.
  ///
  /// @param writeBytesMax of one write; a part that is larger goes alone
  /// @param turnBytesMax of one stream before the next one has its turn, likewise
  /// @param streamsMax on one link
  public record Limits(int writeBytesMax, int turnBytesMax, int streamsMax) {
    public static final Limits DEFAULT = new Limits(256 << 10, 64 << 10, 1 << 14);

    public Limits {
      if (turnBytesMax > writeBytesMax || turnBytesMax <= 2 * LinkMessage.FIXED_BYTES) {
        throw new IllegalArgumentException("a turn must fit into a write, and hold something");
      }
    }
  }

  public LinkState(Limits limits) {
    this.limits = limits;
  }

  /// The peer opens a stream, or opens it again somewhere else. False: it has too many, or uses the
  /// number of one chat for another.
  public boolean open(LinkMessage.Open open) {
    var old = streams.get(open.stream());
    if (old == null ? streams.size() >= limits.streamsMax : !old.chat.equals(open.chat())) {
      return false;
    }
    streams.put(open.stream(), new Position(open));
    byChat.computeIfAbsent(open.chat(), _ -> new HashSet<>()).add(open.stream());
    ready.add(open.stream());
    return true;
  }

  /// Returns the chat of the stream, if there is one.
  public @Nullable ChatId close(long stream) {
    var position = streams.remove(stream);
    if (position == null) {
      return null;
    }
    ready.remove(stream);
    byChat.computeIfPresent(
        position.chat,
        (_, left) -> {
          left.remove(stream);
          return left.isEmpty() ? null : left;
        });
    return position.chat;
  }

  /// Something happened to the logs of this chat.
  public void changed(ChatId chat) {
    ready.addAll(byChat.getOrDefault(chat, Set.of()));
  }

  public boolean isWatching(ChatId chat) {
    return byChat.containsKey(chat);
  }

  public boolean hasStreams() {
    return !streams.isEmpty();
  }

  /// The peer asks for a sign of life.
  public void pinged() {
    pongDue = true;
  }

  /// The next write, in this order; empty if nothing is new. Asked only when the one before it has
  /// been taken. `newest` gives the newest log of a chat.
  public List<LinkMessage> next(Function<ChatId, @Nullable PartLog> newest) {
    var write = new Write();
    if (pongDue) {
      pongDue = false;
      write.add(new LinkMessage.Pong());
    }
    while (!ready.isEmpty() && write.hasRoom()) {
      var stream = ready.removeFirst();
      switch (turn(stream, newest, write)) {
        case DONE -> {}
        case MORE -> ready.add(stream);
        case NEXT_WRITE -> {
          ready.addFirst(stream);
          write.close();
        }
      }
    }
    return List.copyOf(write.messages);
  }

  private enum Turn {
    DONE,
    MORE,
    NEXT_WRITE
  }

  private Turn turn(long stream, Function<ChatId, @Nullable PartLog> newest, Write write) {
    var position = streams.get(stream);
    if (position == null) {
      return Turn.DONE;
    }
    var log = newest.apply(position.chat);
    if (!position.answered) {
      position.answered = true;
      write.add(new LinkMessage.At(stream, position.ask, haveOf(log)));
    }
    if (log == null || position.episode.isLaterThan(log.episode())) {
      return Turn.DONE; // What follows may still come here, and nothing older is ever sent.
    }
    if (log.episode().isLaterThan(position.episode)) {
      position.moveTo(log.episode());
    }
    return send(stream, position, log, write);
  }

  private Turn send(long stream, Position position, PartLog log, Write write) {
    var isSealed = log.isSealed(); // Asked first: then the last number is the last for ever.
    var last = log.last();
    var turnLeft = limits.turnBytesMax;
    while (position.last < last) {
      var room = Math.min(turnLeft, write.room()) - LinkMessage.FIXED_BYTES;
      var run = log.readRun(position.last + 1, room);
      if (run == null) {
        return Turn.DONE; // Cannot be: the log never shrinks.
      }
      var parts = new LinkMessage.Parts(stream, run);
      // Asked first: a stream of parts that fill a write each would never give its turn away.
      if (parts.size() > turnLeft && turnLeft < limits.turnBytesMax) {
        return Turn.MORE;
      }
      if (parts.size() > write.room() && !write.messages.isEmpty()) {
        return Turn.NEXT_WRITE;
      }
      write.add(parts);
      position.last = run.lastSeq();
      turnLeft -= parts.size();
    }
    if (isSealed && !position.endTold) {
      position.endTold = true;
      write.add(new LinkMessage.Ended(stream, position.episode));
    }
    return Turn.DONE;
  }

  private static Have haveOf(@Nullable PartLog log) {
    return log == null ? Have.NOTHING : new Have(log.episode(), log.last());
  }

  /// One write while it is put together.
  private final class Write {
    private final List<LinkMessage> messages = new ArrayList<>();
    private int size;
    private boolean closed;

    void add(LinkMessage message) {
      messages.add(message);
      size += message.size();
    }

    int room() {
      return limits.writeBytesMax - size;
    }

    boolean hasRoom() {
      return !closed && room() >= 2 * LinkMessage.FIXED_BYTES;
    }

    void close() {
      closed = true;
    }
  }

  private static final class Position {
    private final ChatId chat;
    private final long ask;
    private Episode episode;
    private long last;
    private boolean answered;
    private boolean endTold;

    Position(LinkMessage.Open open) {
      this.chat = open.chat();
      this.ask = open.ask();
      this.episode = open.have().episode();
      this.last = open.have().last();
    }

    void moveTo(Episode newest) {
      episode = newest;
      last = 0;
      endTold = false;
    }
  }
}
