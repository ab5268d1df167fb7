package chatd.engine.worker;

import chatd.core.chat.ReplicaId;
import chatd.core.runner.PeerWatch;
import chatd.core.runner.PeerWatch.Answer;
import chatd.core.runner.PeerWatch.Dead;
import chatd.core.runner.PeerWatch.Sight;
import chatd.engine.port.PeerProbe;
import chatd.engine.port.ReplicaDirectory;
import chatd.engine.port.ReplicaDirectory.Peer;
import chatd.engine.port.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The other replicas as this one sees them. Used by the thread that beats; only the answers of
/// addresses come from elsewhere.
final class Peers {
  private final ReplicaDirectory directory;
  private final PeerProbe probe;
  private final Time time;
  private final Runnable answered;
  private final ConcurrentLinkedQueue<Answered> answers = new ConcurrentLinkedQueue<>();
  private PeerWatch watch;
  private List<Peer> newest = List.of();

  private record Answered(ReplicaId peer, Answer answer) {}

  /// `answered` is called when an address has answered, on any thread.
  Peers(
      ReplicaDirectory directory,
      PeerProbe probe,
      PeerWatch.Bounds bounds,
      Time time,
      Runnable answered) {
    this.directory = directory;
    this.probe = probe;
    this.time = time;
    this.answered = answered;
    this.watch = PeerWatch.begin(bounds, time.nanos());
  }

  /// Our own heartbeat went through.
  void beaten() {
    watch = watch.beaten(time.nanos());
  }

  /// The others, as of the last look.
  List<Peer> newest() {
    return newest;
  }

  boolean hasAnswers() {
    return !answers.isEmpty();
  }

  /// How many turns the least busy runs of the others that take some; empty if there are none.
  OptionalInt fewestTurns() {
    return newest.stream().map(Peer::runningTurns).flatMapToInt(OptionalInt::stream).min();
  }

  /// Reads what there is to see, asks whom it has doubts about, and returns who is dead.
  List<Dead> look(ReplicaId me) {
    var sight = directory.look(me);
    newest = sight.peers();
    // The time is that after the reading. A heartbeat in it may have been sent long after we asked,
    // and its lease runs from then.
    var seen = watch.look(sight.session(), sights(newest), time.nanos());
    watch = seen.next();
    Map<ReplicaId, Peer> byId =
        newest.stream().collect(Collectors.toMap(Peer::id, Function.identity()));
    for (var id : seen.toAsk()) {
      var peer = byId.get(id);
      if (peer != null) {
        ask(peer);
      }
    }
    return seen.dead();
  }

  private static Map<ReplicaId, Sight> sights(List<Peer> peers) {
    return peers.stream()
        .collect(Collectors.toMap(Peer::id, peer -> new Sight(peer.beat(), peer.lockHeld())));
  }

  private void ask(Peer peer) {
    probe.ask(
        peer.address(),
        answer -> {
          answers.add(new Answered(peer.id(), answer));
          answered.run();
        });
  }

  /// Takes in what addresses have answered, and returns who is dead by that.
  List<Dead> hear() {
    List<Dead> dead = new ArrayList<>();
    for (var next = answers.poll(); next != null; next = answers.poll()) {
      var seen = watch.answered(next.peer(), next.answer());
      watch = seen.next();
      dead.addAll(seen.dead());
    }
    return dead;
  }
}
