package chatd.core.relay;

import chatd.core.message.ChatId;
import chatd.core.part.Episode;
import chatd.core.part.PartRun;

/// What the two ends of a link say to each other. A stream is one chat, under a number that the
/// dialling end chose and never uses again.
public sealed interface LinkMessage {

  /// What a message counts besides its parts where the size of a write is limited. Encoded it takes
  /// no more.
  int FIXED_BYTES = 96;

  /// Bytes of the message, as limits count them.
  default int size() {
    return FIXED_BYTES;
  }

  /// Send what follows `have`, and say first how far the chat is. Replaces an earlier one of the
  /// same stream. `ask` tells its answer from that of another asking.
  record Open(long stream, long ask, ChatId chat, Have have) implements LinkMessage {}

  /// Nothing more of this stream is wanted.
  record Close(long stream) implements LinkMessage {}

  /// The answer to an `Open`: the newest log of the chat here and its last number, or
  /// [Have#NOTHING].
  record At(long stream, long ask, Have newest) implements LinkMessage {}

  record Parts(long stream, PartRun run) implements LinkMessage {
    @Override
    public int size() {
      return FIXED_BYTES + run.size();
    }
  }

  /// The log of this episode is sealed, and all of it was sent.
  record Ended(long stream, Episode episode) implements LinkMessage {}

  /// To be answered with `Pong` as soon as possible.
  record Ping() implements LinkMessage {}

  record Pong() implements LinkMessage {}
}
