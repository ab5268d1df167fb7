package chatd;

import chatd.server.postgres.DatabaseUrl;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// How other replicas reach this one if no setting says it: at the address it listens on. If that
/// is every one, then at the one with which this machine turns to the database, for all replicas
/// reach that; on the database's own machine, at the one by which the machine knows itself.
final class RelayAddress {
  private RelayAddress() {}

  static String of(String listening, int port, Optional<DatabaseUrl> database) {
    return "http://" + host(listening, database) + ":" + port;
  }

  private static String host(String listening, Optional<DatabaseUrl> database) {
    try {
      var address = InetAddress.getByName(listening);
      var reachable = address.isAnyLocalAddress() ? ours(database) : address;
      var text = reachable.getHostAddress();
      return reachable instanceof Inet6Address ? "[" + text.replaceFirst("%.*", "") + "]" : text;
    } catch (UnknownHostException _) {
      return listening; // The others may know the name.
    }
  }

  private static InetAddress ours(Optional<DatabaseUrl> database) throws UnknownHostException {
    var facing = database.flatMap(RelayAddress::facing);
    // Not first: the name of a machine often leads to its loopback, where nobody else gets.
    return facing.isPresent() ? facing.get() : InetAddress.getLocalHost();
  }

  /// The address from which this machine would send there. Nothing is sent.
  private static Optional<InetAddress> facing(DatabaseUrl database) {
    try (var socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(database.host(), database.port()));
      return Optional.of(socket.getLocalAddress()).filter(ours -> !ours.isLoopbackAddress());
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
