package chatd;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class RelayAddressTest {
  private static final InetAddress ON_THE_NETWORK = InetAddress.ofLiteral("10.1.2.3");
  private static final InetAddress ROUTED = InetAddress.ofLiteral("10.9.9.9");
  private static final InetAddress DEBIANS_OWN = InetAddress.ofLiteral("127.0.1.1");
  private static final InetAddress NONE = InetAddress.ofLiteral("0.0.0.0");

  @Test
  void ownName_isWhereOthersFindTheMachine() {
    assertThat(RelayAddress.reachable(ON_THE_NETWORK, ROUTED)).isEqualTo(ON_THE_NETWORK);
  }

  @Test
  void ownNameThatLeadsBackToOneself_isNotSaidToOthers() {
    assertThat(RelayAddress.reachable(DEBIANS_OWN, ROUTED)).isEqualTo(ROUTED);
    assertThat(RelayAddress.reachable(null, ROUTED)).isEqualTo(ROUTED);
  }

  @Test
  void machineOnNoNetwork_isFoundByItself() {
    assertThat(RelayAddress.reachable(DEBIANS_OWN, null).isLoopbackAddress()).isTrue();
    assertThat(RelayAddress.reachable(null, NONE).isLoopbackAddress()).isTrue();
  }
}
