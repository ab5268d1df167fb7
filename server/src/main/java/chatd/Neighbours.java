package chatd;

import chatd.core.chat.ReplicaId;
import chatd.core.relay.RelayTimes;
import chatd.engine.parts.PartLogs;
import chatd.engine.port.PartsRelay;
import chatd.engine.port.PeerProbe;
import chatd.engine.port.ReplicaDirectory.Peer;
import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import chatd.relay.ClusterSecret;
import chatd.relay.LinkServer;
import chatd.relay.Relay;
import chatd.relay.RelayWorld;
import chatd.server.relay.HttpPeerProbe;
import chatd.server.relay.RelayEndpoint;
import chatd.server.relay.WebSocketDialer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The other replicas, and the links on which parts go to and fro.
final class Neighbours {
  private final HttpPeerProbe probe;
  private final WebSocketDialer dialer;
  private final Relay relay;
  private final LinkServer links;

  /// Who we are among them.
  ///
  /// @param id ours at each moment
  /// @param secret what all of them know
  record Self(Supplier<ReplicaId> id, String secret) {}

  /// `lost` is called when a link has broken: its replica may be gone.
  Neighbours(
      Self self,
      PartLogs logs,
      Time time,
      ThreadFactory threads,
      Telemetry telemetry,
      Runnable lost) {
    var world =
        new RelayWorld(
            new RelayWorld.Self(self.id(), new ClusterSecret(self.secret())),
            new RelayWorld.Surroundings(time, threads, new SecureRandom(), telemetry),
            RelayTimes.DEFAULT);
    probe = new HttpPeerProbe(threads);
    dialer = new WebSocketDialer(threads, RelayTimes.DEFAULT.dial());
    relay = new Relay(world, dialer, _ -> lost.run());
    links = new LinkServer(world, logs, LinkServer.Limits.DEFAULT);
  }

  PeerProbe probe() {
    return probe;
  }

  PartsRelay relay() {
    return relay;
  }

  RelayEndpoint endpoint() {
    return new RelayEndpoint(links);
  }

  /// Those that have another secret.
  Set<ReplicaId> withOtherSecret() {
    return relay.refused();
  }

  /// These are alive, and no others.
  void seen(List<Peer> peers) {
    relay.peers(peers.stream().collect(Collectors.toMap(Peer::id, Peer::address)));
  }

  /// How many others listen here.
  int served() {
    return links.members();
  }

  void close() {
    relay.stop();
    links.stop();
    dialer.close();
    probe.close();
  }
}
