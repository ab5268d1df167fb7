package chatd.engine.feed;

import chatd.core.chat.ReplicaId;
import chatd.core.message.ChatId;
import chatd.core.part.Episode;
import chatd.core.part.PartLog;
import chatd.engine.parts.PartLogs;
import chatd.engine.port.PartsRelay;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A relay whose parts and answers come when the test says so.
final class FakeRelay implements PartsRelay {
  final List<FakeStream> open = new ArrayList<>();

  /// Replicas that have logs of their own.
  final Map<ReplicaId, PartLogs> owners = new HashMap<>();

  private final PartLogs elsewhere;
  int opened;
  int asked;

  FakeRelay(PartLogs elsewhere) {
    this.elsewhere = elsewhere;
  }

  @Override
  public Stream open(ReplicaId peer, ChatId chat, Receiver receiver) {
    opened++;
    var stream = new FakeStream(peer, chat, receiver);
    open.add(stream);
    return stream;
  }

  /// Brings everything that is there, in runs of at most this size, and answers what was asked.
  void bring(int bytesMax) {
    List.copyOf(open).forEach(stream -> stream.bring(bytesMax));
    List.copyOf(open).forEach(FakeStream::answer);
  }

  final class FakeStream implements Stream {
    final ReplicaId peer;
    private final ChatId chat;
    private final Receiver receiver;
    private long asking = 1;
    private long answered;

    FakeStream(ReplicaId peer, ChatId chat, Receiver receiver) {
      this.peer = peer;
      this.chat = chat;
      this.receiver = receiver;
    }

    @Override
    public long ask() {
      asked++;
      return ++asking;
    }

    @Override
    public void close() {
      open.remove(this);
    }

    private @Nullable PartLog newest() {
      return owners.getOrDefault(peer, elsewhere).newest(chat);
    }

    void answer() {
      var log = newest();
      if (answered < asking) {
        answered = asking;
        receiver.at(
            asking, log == null ? new Episode(0, 0) : log.episode(), log == null ? 0 : log.last());
      }
    }

    void bring(int bytesMax) {
      var log = newest();
      if (log == null || receiver.have().episode().isLaterThan(log.episode())) {
        return;
      }
      var isSame = receiver.have().episode().equals(log.episode());
      var next = isSame ? receiver.have().last() + 1 : 1;
      for (var run = log.readRun(next, bytesMax); run != null; ) {
        receiver.parts(run);
        run = log.readRun(run.lastSeq() + 1, bytesMax);
      }
    }
  }
}
