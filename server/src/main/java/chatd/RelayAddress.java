package chatd;

import chatd.server.config.ServeSettings;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// How other replicas reach this one, unless a setting says it: at the address it listens on. If
/// that is every one, then at the one by which this machine knows itself.
final class RelayAddress {
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
      var reachable = address.isAnyLocalAddress() ? InetAddress.getLocalHost() : address;
      var text = reachable.getHostAddress();
      return reachable instanceof Inet6Address ? "[" + text.replaceFirst("%.*", "") + "]" : text;
    } catch (UnknownHostException _) {
      return listening; // The others may know the name.
    }
  }
}
