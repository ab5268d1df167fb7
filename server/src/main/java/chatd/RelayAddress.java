package chatd;

import chatd.server.config.ServeSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/// How other replicas reach this one, unless a setting says it: at the address it listens on. If
/// that is every one, then at the one by which this machine knows itself; or, if that leads nowhere
/// but to this machine, at the one from which it speaks to others.
final class RelayAddress {
  /// An address far away that is nobody's (RFC 5737).
  private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("192.0.2.1");

  private static final int ANY_PORT = 9;

  private RelayAddress() {}

  static String of(ServeSettings settings, int port) {
    var given = settings.cluster().relayUrl();
    return given == null
        ? "http://" + host(settings.listening().host()) + ":" + port
        : given.toString();
  }

  private static String host(String listening) {
    try {
      var address = InetAddress.getByName(listening);
      return text(address.isAnyLocalAddress() ? reachable(ofOwnName(), ofRoute()) : address);
    } catch (UnknownHostException _) {
      return listening; // The others may know the name.
    }
  }

  /// Debian and its kin give a machine's own name 127.0.1.1, where others would find themselves.
  static InetAddress reachable(@Nullable InetAddress ofOwnName, @Nullable InetAddress ofRoute) {
    if (ofOwnName != null && !ofOwnName.isLoopbackAddress()) {
      return ofOwnName;
    }
    return ofRoute == null || ofRoute.isAnyLocalAddress()
        ? InetAddress.getLoopbackAddress()
        : ofRoute;
  }

  private static @Nullable InetAddress ofOwnName() {
    try {
      return InetAddress.getLocalHost();
    } catch (UnknownHostException _) {
      return null;
    }
  }

  /// From where this machine would send to another one. Nothing is sent.
  private static @Nullable InetAddress ofRoute() {
    try (var socket = new DatagramSocket()) {
      socket.connect(ELSEWHERE, ANY_PORT);
      return socket.getLocalAddress();
    } catch (IOException | UncheckedIOException _) {
      return null; // It is on no network.
    }
  }

  private static String text(InetAddress address) {
    var text = address.getHostAddress();
    return address instanceof Inet6Address ? "[" + text.replaceFirst("%.*", "") + "]" : text;
  }
}
