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
  void everyAddress_onTheMachineOfTheDatabase_isTheOneThatItKnows() throws Exception {
    assertThat(RelayAddress.of("0.0.0.0", 8080, databaseAt("127.0.0.1")))
        .isEqualTo("http://" + InetAddress.getLocalHost().getHostAddress() + ":8080");
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
