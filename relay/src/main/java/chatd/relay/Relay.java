package chatd.relay;

import chatd.core.chat.ReplicaId;
import chatd.core.message.ChatId;
import chatd.engine.port.PartsRelay;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// The listening end: the other replicas whose parts are wanted here, and one link to each.
public final class Relay implements PartsRelay {
  private final RelayWorld world;
  private final Dialer dialer;
  private final Consumer<Set<ChatId>> askOwners;

  // Guarded by this, as is the order in which a peer hears of its streams and addresses.
  private final Map<ReplicaId, Entry> peers = new HashMap<>();
  private Map<ReplicaId, String> addresses = Map.of();
  private long lastStream;
  private boolean stopped;

  /// A peer, and how many streams it was ever asked for.
  private static final class Entry {
    private final Peer peer;
    private long wanted;

    Entry(Peer peer) {
      this.peer = peer;
    }
  }

  /// @param askOwners is called after the loss of a link, on a thread of its own, with all chats
  ///   that were wanted on it. It reads who owns them now, in one statement, and tells the feeds;
  ///   it may fail
  public Relay(RelayWorld world, Dialer dialer, Consumer<Set<ChatId>> askOwners) {
    this.world = world;
    this.dialer = dialer;
    this.askOwners = askOwners;
  }

  /// The other replicas that live, draining ones included, and where they are. Called whenever they
  /// were looked at. Who was among them once and is no more is dead.
  public synchronized void peers(Map<ReplicaId, String> living) {
    addresses = Map.copyOf(living);
    peers.forEach((id, entry) -> entry.peer.post(new PeerNotice.Address(addresses.get(id))));
  }

  @Override
  public synchronized Stream open(ReplicaId id, ChatId chat, Receiver receiver) {
    if (stopped) {
      return NONE.open(id, chat, receiver);
    }
    var entry = peers.computeIfAbsent(id, this::newPeer);
    var stream = new WantedStream(entry.peer, ++lastStream, chat, receiver);
    entry.wanted++;
    entry.peer.post(new PeerNotice.Want(stream));
    return stream;
  }

  private Entry newPeer(ReplicaId id) {
    var peer = new Peer(id, this, world);
    peer.post(new PeerNotice.Address(addresses.get(id)));
    peer.start();
    return new Entry(peer);
  }

  /// The replicas from which no parts can be had because they have another secret.
  public synchronized Set<ReplicaId> refused() {
    return peers.values().stream()
        .map(entry -> entry.peer)
        .filter(Peer::isRefused)
        .map(Peer::id)
        .collect(Collectors.toUnmodifiableSet());
  }

  /// Breaks every link. Streams that are open or opened later bring nothing any more.
  public synchronized void stop() {
    stopped = true;
    peers.values().forEach(entry -> entry.peer.post(new PeerNotice.Stop()));
  }

  Dialer dialer() {
    return dialer;
  }

  void askOwners(Set<ChatId> chats) {
    askOwners.accept(chats);
  }

  /// A peer that nobody needs is let go, unless a stream more than the `wanted` that it has heard
  /// of is on its way to it.
  synchronized boolean forget(Peer peer, long wanted) {
    var entry = peers.get(peer.id());
    return entry != null
        && entry.peer == peer
        && entry.wanted == wanted
        && peers.remove(peer.id(), entry);
  }

  /// A peer whose loop broke: the next stream gets a new one.
  synchronized void forget(Peer peer) {
    peers.values().removeIf(entry -> entry.peer == peer);
  }
}
