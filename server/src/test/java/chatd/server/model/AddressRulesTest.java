package chatd.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {
  private static final AddressRules STRICT = new AddressRules(false);
  private static final AddressRules OPEN = new AddressRules(true);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "8.8.8.8",
        "172.15.255.255",
        "172.32.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "169.253.255.255",
        "198.20.0.1",
        "223.255.255.255",
        "2606:4700::1111",
        "64:ff9b::808:808",
        "2002:808:808::1",
      })
  void public_isAllowed(String address) {
    assertThat(STRICT.allows(InetAddress.ofLiteral(address))).isTrue();
    assertThat(OPEN.allows(InetAddress.ofLiteral(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.255.255",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "198.18.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "fc00::1",
        "fd12:3456::1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::1",
        "2002:a00:1::1",
      })
  void private_isAllowedIfTheOperatorSaysSo(String address) {
    assertThat(STRICT.allows(InetAddress.ofLiteral(address))).isFalse();
    assertThat(OPEN.allows(InetAddress.ofLiteral(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "169.254.169.254",
        "169.254.0.1",
        "100.100.100.200",
        "192.0.0.192",
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::ffff:169.254.169.254",
        "::7f00:1",
        "fe80::1",
        "fec0::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "64:ff9b:1::1",
        "4000::1",
      })
  void whatIsNoSingleMachine_isNeverAllowed(String address) {
    assertThat(STRICT.allows(InetAddress.ofLiteral(address))).isFalse();
    assertThat(OPEN.allows(InetAddress.ofLiteral(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://models.example.org",
        "HTTPS://models.example.org/v1/",
        "http://models.example.org:8080/v1?api-version=1",
        "http://1.1.1.1/v1",
        "https://[2606:4700::1111]:8443/v1",
      })
  void baseUrl_thatMayBe(String url) {
    assertThat(STRICT.allows(url)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "models.example.org",
        "/v1",
        "ftp://models.example.org",
        "file:///etc/passwd",
        "jar:http://models.example.org!/",
        "https:models.example.org",
        "https:///v1",
        "https://ada@models.example.org",
        "https://ada:secret@models.example.org",
        "https://@models.example.org",
        "https://models.example.org/#",
        "https://models.example.org/#top",
        "https://models example.org",
        "https://models.example.org.",
        "https://models.example.org:99999",
        "https://models_of_ours",
        "http://2130706433",
        "http://127.1",
        "http://localhost",
        "http://LOCALHOST:11434",
        "http://a.localhost",
        "http://127.0.0.1",
        "http://[::1]",
        "http://[::ffff:7f00:1]",
        "http://[fe80::1%25eth0]",
        "http://169.254.169.254/latest",
      })
  void baseUrl_thatMayNotBe(String url) {
    assertThat(STRICT.allows(url)).as(url).isFalse();
  }

  @Test
  void baseUrl_ofThisMachine_mayBeIfTheOperatorSaysSo() {
    assertThat(OPEN.allows("http://localhost:11434/v1")).isTrue();
    assertThat(OPEN.allows("http://10.0.0.1/v1")).isTrue();
    assertThat(OPEN.allows("http://169.254.169.254/v1")).isFalse();
    assertThat(STRICT.allows("https://a/" + "x".repeat(2048))).isFalse();
  }

  @Test
  void choose_takesTheFirstThatIsAllowed() throws UnknownHostException {
    assertThat(choose("127.0.0.1", "1.1.1.1", "8.8.8.8"))
        .isEqualTo(InetAddress.ofLiteral("1.1.1.1"));
    assertThatThrownBy(() -> choose("127.0.0.1", "169.254.169.254"))
        .isInstanceOf(AddressRules.NotAllowed.class);
  }

  private static InetAddress choose(String... addresses) throws UnknownHostException {
    var all = Arrays.stream(addresses).map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
    return STRICT.choose("models.example.org", _ -> all);
  }
}
