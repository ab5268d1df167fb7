package chatd.relay;

import chatd.core.chat.ReplicaId;
import chatd.core.relay.RelayTimes;
import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// What both ends of links are made with.
///
/// @param times how patient they are
public record RelayWorld(Self self, Surroundings runtime, RelayTimes times) {

  /// Who this replica is, at each moment: after a declared death it is another one.
  public record Self(Supplier<ReplicaId> id, ClusterSecret secret) {}

  /// Threads, time and chance.
  ///
  /// @param random must not be guessable: the handshakes are built on it
  public record Surroundings(
      Time time, ThreadFactory threads, RandomGenerator random, Telemetry telemetry) {}

  byte[] nonce() {
    var nonce = new byte[Handshake.NONCE_BYTES];
    runtime.random().nextBytes(nonce);
    return nonce;
  }
}
