package chatd.engine.port;

import chatd.core.chat.ReplicaId;
import chatd.core.message.ChatId;
import chatd.core.part.Episode;
import chatd.core.part.PartRun;
import chatd.core.relay.Have;

/// Brings the parts that another replica numbers.
///
/// It never decides what is shown, and nothing waits for it: whoever wants parts opens a stream,
/// and they come when they come. All viewers of a chat on one replica share one stream.
@FunctionalInterface
public interface PartsRelay {

  /// The relay of a replica that has no others to listen to.
  PartsRelay NONE = (_, _, _) -> new NoStream();

  /// Wants the parts of a chat from the replica that generates it. What its newest log has, or will
  /// have, is brought from where the receiver is, until the stream is closed; over a lost link, and
  /// however long the peer cannot be reached. Returns at once.
  Stream open(ReplicaId peer, ChatId chat, Receiver receiver);

  /// A wish for the parts of one chat.
  interface Stream {

    /// Asks the peer once more, for what follows after [Receiver#have]. Returns the number of this
    /// asking: [Receiver#at] with it, or with a higher one, was answered after now. The opening of
    /// the stream is asking 1.
    long ask();

    /// Wants nothing more. A call to the receiver may be on its way and still arrive.
    void close();
  }

  /// Takes what comes. Called by threads of the relay, one call at a time. It must be quick and
  /// never block: others wait for it.
  interface Receiver {

    /// The newest episode that is mirrored here, and its last number. Asked whenever the stream is
    /// opened, at first or again.
    Have have();

    /// Parts of an episode: the one of [#have] or a later one, later ones from 1. Some of them may
    /// have come before. False: parts before them are missing here. Then the stream is opened again
    /// after [#have].
    boolean parts(PartRun run);

    /// How far the newest log of the chat was on the peer when it was asked. If it has no log, the
    /// episode has attempt 0: that says nothing about any log.
    void at(long ask, Episode episode, long last);

    /// The log of this episode is sealed, and all of it has been brought. It says nothing about
    /// what became of the attempt.
    void ended(Episode episode);
  }

  /// A stream on which nothing ever comes.
  final class NoStream implements Stream {
    private NoStream() {}

    @Override
    public long ask() {
      return 1;
    }

    @Override
    public void close() {}
  }
}
