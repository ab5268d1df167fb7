package chatd.server.model;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SNIHostName;
import org.jspecify.annotations.Nullable;

/// Where requests may go when the address came over the interface: administrators of chatd are not
/// those of the network it stands in. A name says nothing, so what counts are the addresses that it
/// has at the moment of a request.
///
/// The address of a cloud's metadata and everything else that is no single machine is never
/// allowed; the machine itself and private networks are, if `allowsPrivate`.
public record AddressRules(boolean allowsPrivate) {
  private static final int URL_MAX = 2048;

  private static final List<Range> NEVER =
      List.of(
          range("0.0.0.0", 8),
          range("169.254.0.0", 16),
          range("100.100.100.200", 32), // The metadata of a cloud in a private range.
          range("192.0.0.0", 24),
          range("192.0.2.0", 24),
          range("198.51.100.0", 24),
          range("203.0.113.0", 24),
          range("224.0.0.0", 3),
          range("fe80::", 10),
          range("fd00:ec2::254", 128), // Likewise.
          range("2001:db8::", 32),
          range("2001::", 32), // Tunnels to addresses that cannot be judged.
          range("ff00::", 8));

  private static final List<Range> PRIVATE =
      List.of(
          range("10.0.0.0", 8),
          range("100.64.0.0", 10),
          range("127.0.0.0", 8),
          range("172.16.0.0", 12),
          range("192.168.0.0", 16),
          range("198.18.0.0", 15),
          range("::1", 128),
          range("fc00::", 7));

  private static final Range GLOBAL = range("2000::", 3);

  /// Ranges whose addresses hold one of IPv4, which is where they lead.
  private static final List<Range> TRANSLATED =
      List.of(range("64:ff9b::", 96), range("2002::", 16));

  private static final int AFTER_2002 = 2;
  private static final int AFTER_64_FF9B = 12;

  private record Range(List<Byte> prefix, int bits) {
    boolean has(List<Byte> address) {
      if (address.size() != prefix.size()) {
        return false;
      }
      for (var i = 0; i < bits; i++) {
        var bit = 1 << (7 - i % 8);
        if ((address.get(i / 8) & bit) != (prefix.get(i / 8) & bit)) {
          return false;
        }
      }
      return true;
    }
  }

  private static Range range(String first, int bits) {
    return new Range(bytes(InetAddress.ofLiteral(first)), bits);
  }

  /// Whether this may be a provider's base address, as far as it shows.
  public boolean allows(String baseUrl) {
    var url = baseUrl.length() > URL_MAX ? null : parsed(baseUrl);
    if (url == null) {
      return false;
    }
    var scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    var host = url.getHost();
    return (scheme.equals("http") || scheme.equals("https"))
        && host != null
        && url.getRawUserInfo() == null
        && url.getRawFragment() == null
        && url.getPort() <= 65_535
        && allowsHost(host.toLowerCase(Locale.ROOT));
  }

  private boolean allowsHost(String host) {
    if (host.equals("localhost") || host.endsWith(".localhost")) {
      return allowsPrivate;
    }
    try {
      return allows(InetAddress.ofLiteral(bare(host)));
    } catch (IllegalArgumentException _) {
      return isName(host);
    }
  }

  /// Whether a certificate can be asked for under this name.
  private static boolean isName(String host) {
    try {
      var _ = new SNIHostName(host);
      return true;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /// The first of the addresses that this host has now to which requests may go.
  ///
  /// @throws NotAllowed if it has only others
  InetAddress choose(String host, Resolver resolver) throws UnknownHostException {
    return Arrays.stream(resolver.addresses(bare(host)))
        .filter(this::allows)
        .findFirst()
        .orElseThrow(() -> new NotAllowed(host));
  }

  /// Asks which addresses a host has.
  @FunctionalInterface
  interface Resolver {
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  /// A host that is where requests may not go.
  static final class NotAllowed extends UnknownHostException {
    private static final long serialVersionUID = 1;

    NotAllowed(String host) {
      super(host + " has no address that is allowed");
    }
  }

  boolean allows(InetAddress address) {
    var bytes = bytes(address);
    if (NEVER.stream().anyMatch(range -> range.has(bytes))) {
      return false;
    }
    if (PRIVATE.stream().anyMatch(range -> range.has(bytes))) {
      return allowsPrivate;
    }
    if (address instanceof Inet4Address) {
      return true;
    }
    if (TRANSLATED.getFirst().has(bytes)) {
      return allows(inner(bytes, AFTER_64_FF9B));
    }
    return TRANSLATED.getLast().has(bytes) ? allows(inner(bytes, AFTER_2002)) : GLOBAL.has(bytes);
  }

  private static InetAddress inner(List<Byte> bytes, int from) {
    var inner = new byte[4];
    for (var i = 0; i < inner.length; i++) {
      inner[i] = bytes.get(from + i);
    }
    try {
      return InetAddress.getByAddress(inner);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  /// An address of IPv4 that is written as one of IPv6 is four bytes here already.
  private static List<Byte> bytes(InetAddress address) {
    var bytes = address.getAddress();
    var list = new Byte[bytes.length];
    for (var i = 0; i < bytes.length; i++) {
      list[i] = bytes[i];
    }
    return List.of(list);
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static @Nullable URI parsed(String url) {
    try {
      return new URI(url);
    } catch (URISyntaxException _) {
      return null;
    }
  }
}
