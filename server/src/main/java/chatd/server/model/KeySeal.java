package chatd.server.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Encrypts the keys of providers, so that a copy of the database does not give them away: AES-256
/// in GCM, a fresh nonce for each, and bound to the row it stands in, so that one that is copied
/// into another row cannot be read there.
final class KeySeal {
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final String FORM = "v1:";

  private final SecretKeySpec key;
  private final SecureRandom random = new SecureRandom();

  private KeySeal(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
  }

  /// With the key that a setting holds.
  ///
  /// @throws BadModelSettings if it is none
  static KeySeal of(String base64) {
    var bytes = decoded(base64);
    if (bytes.length != KEY_BYTES) {
      throw new BadModelSettings(
          "The encryption key must be 32 random bytes in base64, such as openssl rand -base64 32"
              + " writes.");
    }
    return new KeySeal(bytes);
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException _) {
      return new byte[0];
    }
  }

  String seal(UUID row, String text) {
    var nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      var sealed =
          cipher(Cipher.ENCRYPT_MODE, row, nonce).doFinal(text.getBytes(StandardCharsets.US_ASCII));
      var whole = ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
      return FORM + Base64.getEncoder().encodeToString(whole);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot encrypt", e);
    }
  }

  /// Empty: it was sealed with another key, or for another row, or by another version.
  Optional<String> open(UUID row, String sealed) {
    if (!sealed.startsWith(FORM)) {
      return Optional.empty();
    }
    var whole = decoded(sealed.substring(FORM.length()));
    if (whole.length <= NONCE_BYTES) {
      return Optional.empty();
    }
    var nonce = Arrays.copyOf(whole, NONCE_BYTES);
    try {
      var text =
          cipher(Cipher.DECRYPT_MODE, row, nonce)
              .doFinal(whole, NONCE_BYTES, whole.length - NONCE_BYTES);
      return Optional.of(new String(text, StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException _) {
      return Optional.empty();
    }
  }

  private Cipher cipher(int mode, UUID row, byte[] nonce) throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(("chatd provider key " + row).getBytes(StandardCharsets.US_ASCII));
    return cipher;
  }
}
