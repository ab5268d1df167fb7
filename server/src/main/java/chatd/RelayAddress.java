package chatd;

import chatd.server.postgres.DatabaseUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How other replicas reach this one if no setting says it: at the address it listens on. If that
/// is every one, then at the one with which this machine turns to the database, for all replicas
/// reach that; on the database's own machine, at the one by which the machine knows itself, or from
/// which it speaks to others.
final class RelayAddress {
  /// An address far away that is nobody's (RFC 5737).
  private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("192.0.2.1");

  private static final int ANY_PORT = 9;

  private RelayAddress() {}

  static String of(String listening, int port, Optional<DatabaseUrl> database) {
    return "http://" + host(listening, database) + ":" + port;
  }

  private static String host(String listening, Optional<DatabaseUrl> database) {
    try {
      var address = InetAddress.getByName(listening);
      return text(address.isAnyLocalAddress() ? ofThisMachine(database) : address);
    } catch (UnknownHostException _) {
      return listening; // The others may know the name.
    }
  }

  private static InetAddress ofThisMachine(Optional<DatabaseUrl> database) {
    var facing = database.map(url -> facing(new InetSocketAddress(url.host(), url.port())));
    return reachable(
        facing.orElse(null), ownName(), facing(new InetSocketAddress(ELSEWHERE, ANY_PORT)));
  }

  /// The first of these that leads others here. Debian and its kin give a machine's own name
  /// 127.0.1.1, where others would find themselves.
  static InetAddress reachable(@Nullable InetAddress... candidates) {
    return Stream.of(candidates)
        .filter(Objects::nonNull)
        .filter(address -> !address.isLoopbackAddress() && !address.isAnyLocalAddress())
        .findFirst()
        .orElseGet(InetAddress::getLoopbackAddress);
  }

  private static @Nullable InetAddress ownName() {
    try {
      return InetAddress.getLocalHost();
    } catch (UnknownHostException _) {
      return null;
    }
  }

  /// The address from which this machine would send there. Nothing is sent.
  private static @Nullable InetAddress facing(InetSocketAddress other) {
    try (var socket = new DatagramSocket()) {
      socket.connect(other);
      return socket.getLocalAddress();
    } catch (IOException | UncheckedIOException _) {
      return null; // It is on no network that leads there.
    }
  }

  private static String text(InetAddress address) {
    var text = address.getHostAddress();
    return address instanceof Inet6Address ? "[" + text.replaceFirst("%.*", "") + "]" : text;
  }
}
