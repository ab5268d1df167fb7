package chatd.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeySealTest {
  private static final UUID ROW = new UUID(1, 2);

  private final KeySeal seal = KeySeal.of(base64(1));

  @Test
  void sealed_isOpenedByTheSameKeyForTheSameRow() {
    var sealed = seal.seal(ROW, "sk-secret");

    assertThat(seal.open(ROW, sealed)).contains("sk-secret");
    assertThat(KeySeal.of(base64(1)).open(ROW, sealed)).contains("sk-secret");
    assertThat(KeySeal.of(base64(2)).open(ROW, sealed)).isEmpty();
    assertThat(seal.open(new UUID(1, 3), sealed)).isEmpty();
  }

  @Test
  void sealed_saysNothingOfTheText_notEvenThatItIsTheSame() {
    var one = seal.seal(ROW, "sk-secret");
    var other = seal.seal(ROW, "sk-secret");

    assertThat(one).isNotEqualTo(other).doesNotContain("secret");
    assertThat(new String(decoded(one), StandardCharsets.ISO_8859_1)).doesNotContain("secret");
  }

  @Test
  void changedInAnyByte_isNotOpened() {
    var bytes = decoded(seal.seal(ROW, "sk-secret"));
    for (var i = 0; i < bytes.length; i++) {
      bytes[i] ^= 1;
      assertThat(seal.open(ROW, "v1:" + Base64.getEncoder().encodeToString(bytes))).isEmpty();
      bytes[i] ^= 1;
    }
    assertThat(seal.open(ROW, "v1:" + Base64.getEncoder().encodeToString(bytes))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "v1:", "v1:AAAA", "v1:*", "v2:AAAA", "sk-secret"})
  void somethingElse_isNotOpened(String sealed) {
    assertThat(seal.open(ROW, sealed)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "secret", "AAAA", "*", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void encryptionKey_thatIsNone_isRefusedWithoutShowingIt(String key) {
    assertThatThrownBy(() -> KeySeal.of(key + "x"))
        .isInstanceOf(BadModelSettings.class)
        .hasMessageContaining("openssl rand -base64 32")
        .hasMessageNotContaining("secret");
  }

  private static byte[] decoded(String sealed) {
    return Base64.getDecoder().decode(sealed.substring("v1:".length()));
  }

  private static String base64(int fill) {
    var bytes = new byte[32];
    bytes[0] = (byte) fill;
    return Base64.getEncoder().encodeToString(bytes);
  }
}
