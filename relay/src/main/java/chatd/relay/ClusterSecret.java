package chatd.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What the replicas of one deployment know and nobody else does. It proves a replica to another
/// one and is never sent.
public final class ClusterSecret {
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  /// @throws IllegalArgumentException if it is empty
  public ClusterSecret(String secret) {
    key = new SecretKeySpec(secret.getBytes(UTF_8), ALGORITHM);
  }

  /// What only a holder of the secret can make of these bytes.
  byte[] sign(byte[] bytes) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return "***";
  }
}
