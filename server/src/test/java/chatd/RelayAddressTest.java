package chatd;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.server.postgres.DatabaseUrl;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Where the others look for a replica that was not told where it is.
class RelayAddressTest {
  private static final InetAddress FACING = InetAddress.ofLiteral("10.1.2.3");
  private static final InetAddress OWN_NAME = InetAddress.ofLiteral("10.1.2.4");
  private static final InetAddress ROUTED = InetAddress.ofLiteral("10.9.9.9");
  private static final InetAddress DEBIANS_OWN = InetAddress.ofLiteral("127.0.1.1");
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress NONE = InetAddress.ofLiteral("0.0.0.0");

  @Test
  void oneAddress_isThatOne() {
    assertThat(RelayAddress.of("127.0.0.1", 8080, Optional.empty()))
        .isEqualTo("http://127.0.0.1:8080");
    assertThat(RelayAddress.of("::1", 8080, databaseAt("192.0.2.1")))
        .isEqualTo("http://[0:0:0:0:0:0:0:1]:8080");
  }

  @Test
  void nameThatNobodyKnowsHere_isThatName() {
    assertThat(RelayAddress.of("name.invalid", 8080, Optional.empty()))
        .isEqualTo("http://name.invalid:8080");
  }

  @Test
  void everyAddress_isTheOneThatFacesTheDatabase() throws SocketException {
    for (var ours : addressesOfThisMachine()) {
      assertThat(RelayAddress.of("0.0.0.0", 8080, databaseAt(ours)))
          .isEqualTo("http://" + ours + ":8080");
    }
  }

  @Test
  void everyAddress_isOneThatLeadsOthersHere() {
    assertThat(RelayAddress.reachable(FACING, OWN_NAME, ROUTED)).isEqualTo(FACING);
    assertThat(RelayAddress.reachable(LOOPBACK, OWN_NAME, ROUTED)).isEqualTo(OWN_NAME);
    assertThat(RelayAddress.reachable(null, DEBIANS_OWN, ROUTED)).isEqualTo(ROUTED);
  }

  @Test
  void machineOnNoNetwork_isFoundByItself() {
    assertThat(RelayAddress.reachable(LOOPBACK, DEBIANS_OWN, NONE).isLoopbackAddress()).isTrue();
  }

  private static Optional<DatabaseUrl> databaseAt(String host) {
    return Optional.of(DatabaseUrl.parse("postgres://user@" + host + ":5432/chatd"));
  }

  /// Those by which others could reach it; a machine without a network has none.
  private static List<String> addressesOfThisMachine() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
        .map(InetAddress::getHostAddress)
        .toList();
  }
}
