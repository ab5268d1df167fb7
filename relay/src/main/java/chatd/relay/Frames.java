package chatd.relay;

import chatd.core.chat.BrokenInvariant;
import chatd.core.message.ChatId;
import chatd.core.message.Role;
import chatd.core.part.EncodedPart;
import chatd.core.part.Episode;
import chatd.core.part.PartCutter;
import chatd.core.part.PartFrame;
import chatd.core.part.PartRun;
import chatd.core.relay.Have;
import chatd.core.relay.LinkMessage;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// The form of what is said on a link. One message of the link is a row of frames, each a kind, the
/// length of what follows, and fields: numbers in groups of seven bits, lowest first, the encoded
/// values of parts as they are.
///
/// An unknown kind, and bytes after the known fields of a frame, are passed over, so that replicas
/// of two versions understand each other.
final class Frames {

  /// No message is longer: it is one write of the sending end, or one part that goes alone.
  static final int MESSAGE_BYTES_MAX = 2 * PartCutter.ENCODED_MAX;

  private static final byte OPEN = 1;
  private static final byte CLOSE = 2;
  private static final byte AT = 3;
  private static final byte PARTS = 4;
  private static final byte ENDED = 5;
  private static final byte PING = 6;
  private static final byte PONG = 7;

  private static final int GROUP_BITS = 7;
  private static final int GROUP = 0x7F;
  private static final int MORE = 0x80;

  private Frames() {}

  static ByteBuffer encode(List<LinkMessage> messages) {
    var out = ByteBuffer.allocate(messages.stream().mapToInt(LinkMessage::size).sum());
    messages.forEach(message -> put(out, message));
    return out.flip();
  }

  private static void put(ByteBuffer out, LinkMessage message) {
    out.put(kindOf(message));
    var lengthAt = out.position();
    out.putInt(0);
    switch (message) {
      case LinkMessage.Open(var stream, var ask, var chat, var have) -> {
        putNumber(out, stream);
        putNumber(out, ask);
        out.putLong(chat.value().getMostSignificantBits());
        out.putLong(chat.value().getLeastSignificantBits());
        put(out, have);
      }
      case LinkMessage.Close(var stream) -> putNumber(out, stream);
      case LinkMessage.At(var stream, var ask, var newest) -> {
        putNumber(out, stream);
        putNumber(out, ask);
        put(out, newest);
      }
      case LinkMessage.Parts(var stream, var run) -> {
        putNumber(out, stream);
        put(out, run);
      }
      case LinkMessage.Ended(var stream, var episode) -> {
        putNumber(out, stream);
        put(out, episode);
      }
      case LinkMessage.Ping _, LinkMessage.Pong _ -> {}
    }
    out.putInt(lengthAt, out.position() - lengthAt - Integer.BYTES);
  }

  private static byte kindOf(LinkMessage message) {
    return switch (message) {
      case LinkMessage.Open _ -> OPEN;
      case LinkMessage.Close _ -> CLOSE;
      case LinkMessage.At _ -> AT;
      case LinkMessage.Parts _ -> PARTS;
      case LinkMessage.Ended _ -> ENDED;
      case LinkMessage.Ping _ -> PING;
      case LinkMessage.Pong _ -> PONG;
    };
  }

  private static void put(ByteBuffer out, Have have) {
    put(out, have.episode());
    putNumber(out, have.last());
  }

  private static void put(ByteBuffer out, Episode episode) {
    putNumber(out, episode.historyVersion());
    putNumber(out, episode.attempt());
  }

  private static void put(ByteBuffer out, PartRun run) {
    var pattern = run.pattern();
    put(out, run.episode());
    putNumber(out, run.firstSeq());
    out.put(wireNumber(pattern.role()));
    out.put((byte) (pattern.isDelta() ? 1 : 0));
    putBytes(out, pattern.head());
    putBytes(out, pattern.tail());
    putNumber(out, run.count());
    for (var length : run.lengths()) {
      putNumber(out, length);
    }
    out.put(run.bytes().array(), run.bytes().from(), run.bytes().length());
  }

  private static void putBytes(ByteBuffer out, byte[] bytes) {
    putNumber(out, bytes.length);
    out.put(bytes);
  }

  private static void putNumber(ByteBuffer out, long number) {
    if (number < 0) {
      throw new BrokenInvariant("a negative number: " + number);
    }
    var rest = number;
    while (rest > GROUP) {
      out.put((byte) ((rest & GROUP) | MORE));
      rest >>>= GROUP_BITS;
    }
    out.put((byte) rest);
  }

  /// The messages in a buffer that has an array; parts point into it.
  static List<LinkMessage> decode(ByteBuffer buffer) throws MalformedMessage {
    var messages = new ArrayList<LinkMessage>();
    try {
      while (buffer.hasRemaining()) {
        var kind = buffer.get();
        var length = buffer.getInt();
        if (length < 0 || length > buffer.remaining()) {
          throw new MalformedMessage("a frame of " + length + " bytes");
        }
        var body = buffer.slice(buffer.position(), length);
        buffer.position(buffer.position() + length);
        get(kind, body, messages);
      }
    } catch (BufferUnderflowException _) {
      throw new MalformedMessage("a frame is cut off");
    }
    return messages;
  }

  private static void get(byte kind, ByteBuffer body, List<LinkMessage> messages)
      throws MalformedMessage {
    switch (kind) {
      case OPEN ->
          messages.add(
              new LinkMessage.Open(getNumber(body), getNumber(body), getChat(body), getHave(body)));
      case CLOSE -> messages.add(new LinkMessage.Close(getNumber(body)));
      case AT -> messages.add(new LinkMessage.At(getNumber(body), getNumber(body), getHave(body)));
      case PARTS -> messages.add(new LinkMessage.Parts(getNumber(body), getRun(body)));
      case ENDED -> messages.add(new LinkMessage.Ended(getNumber(body), getEpisode(body)));
      case PING -> messages.add(new LinkMessage.Ping());
      case PONG -> messages.add(new LinkMessage.Pong());
      default -> {} // From a later version, which does without an answer to it.
    }
  }

  private static ChatId getChat(ByteBuffer body) {
    return new ChatId(new UUID(body.getLong(), body.getLong()));
  }

  private static Have getHave(ByteBuffer body) throws MalformedMessage {
    return new Have(getEpisode(body), getNumber(body));
  }

  private static Episode getEpisode(ByteBuffer body) throws MalformedMessage {
    return new Episode(getNumber(body), getNumber(body));
  }

  private static PartRun getRun(ByteBuffer body) throws MalformedMessage {
    var episode = getEpisode(body);
    var firstSeq = getNumber(body);
    var role = roleOf(body.get());
    var isDelta = body.get() == 1;
    var head = getBytes(body);
    var tail = getBytes(body);
    var lengths = new int[getLength(body)];
    var sum = 0L;
    for (var i = 0; i < lengths.length; i++) {
      lengths[i] = getLength(body);
      sum += lengths[i];
    }
    if (firstSeq < 1 || lengths.length == 0 || sum > body.remaining()) {
      throw new MalformedMessage("parts that do not add up");
    }
    if (!isDelta && (lengths.length > 1 || sum > 0)) {
      throw new MalformedMessage("a whole part that is more than one");
    }
    var pattern = new EncodedPart(role, head, isDelta ? new byte[0] : null, tail);
    var from = body.arrayOffset() + body.position();
    var bytes = new PartFrame.Slice(body.array(), from, from + (int) sum);
    return new PartRun(episode, firstSeq, pattern, lengths, bytes);
  }

  private static byte[] getBytes(ByteBuffer body) throws MalformedMessage {
    var bytes = new byte[getLength(body)];
    body.get(bytes);
    return bytes;
  }

  /// A number of things that must all still be in the frame, each of a byte at least; or of bytes.
  private static int getLength(ByteBuffer body) throws MalformedMessage {
    var length = getNumber(body);
    if (length > body.remaining()) {
      throw new MalformedMessage("a length of " + length);
    }
    return (int) length;
  }

  private static long getNumber(ByteBuffer body) throws MalformedMessage {
    var number = 0L;
    for (var shift = 0; shift < Long.SIZE - 1; shift += GROUP_BITS) {
      var group = body.get();
      number |= (long) (group & GROUP) << shift;
      if ((group & MORE) == 0) {
        return number;
      }
    }
    throw new MalformedMessage("a number of too many bytes");
  }

  private static byte wireNumber(Role role) {
    return switch (role) {
      case SYSTEM -> 0;
      case USER -> 1;
      case ASSISTANT -> 2;
      case TOOL -> 3;
    };
  }

  private static Role roleOf(byte number) throws MalformedMessage {
    return switch (number) {
      case 0 -> Role.SYSTEM;
      case 1 -> Role.USER;
      case 2 -> Role.ASSISTANT;
      case 3 -> Role.TOOL;
      default -> throw new MalformedMessage("role " + number);
    };
  }
}
