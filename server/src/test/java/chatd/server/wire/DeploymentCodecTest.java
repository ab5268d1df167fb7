package chatd.server.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ReplicaId;
import chatd.engine.port.ReplicaDirectory.Replica;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentCodecTest {

  @Test
  void replicas_areReadAsTheyWereWritten() {
    var replica =
        new Replica(
            new ReplicaId(UUID.fromString("55555555-5555-4555-8555-555555555555")),
            "http://replica-2:8080",
            "0.1.0",
            Instant.parse("2026-05-28T00:00:00.123456Z"),
            Duration.ofMillis(410),
            3,
            Replica.State.DRAINING);

    assertThat(DeploymentCodec.readReplicas(DeploymentCodec.replicas(List.of(replica))))
        .hasValue(List.of(replica));
    assertThat(DeploymentCodec.readReplicas(DeploymentCodec.replicas(List.of())))
        .hasValue(List.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[1]",
        "[{\"id\":\"x\"}]",
        "[{\"id\":\"55555555-5555-4555-8555-555555555555\",\"started_at\":\"yesterday\"}]",
        "[{\"id\":\"55555555-5555-4555-8555-555555555555\",\"started_at\":\"2026-05-28T00:00:00Z\",\"state\":\"asleep\"}]"
      })
  void somethingElse_isNoListOfReplicas(String body) {
    assertThat(DeploymentCodec.readReplicas(body.getBytes(US_ASCII))).isEmpty();
  }
}
