package chatd.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.engine.worker.MembershipLimits;
import chatd.server.postgres.DatabaseBounds;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class ServeSettingsTest {

  @Test
  void of_nothing_areTheDefaults() {
    assertThat(settings())
        .isEqualTo(
            new ServeSettings(
                Path.of("/data"),
                null,
                null,
                new ServeSettings.Listening("127.0.0.1", 8080, null, List.of()),
                new ServeSettings.Models(
                    "demo",
                    URI.create("https://api.openai.com/v1"),
                    null,
                    new ServeSettings.Providers(null, false),
                    Duration.ofMinutes(10),
                    25,
                    200,
                    Duration.ofMinutes(5)),
                new ServeSettings.Limits(256, 20, 100, 64, Duration.ofSeconds(60)),
                new ServeSettings.Running(
                    Duration.ofSeconds(10), Duration.ofSeconds(20), LogFormat.TEXT, LogLevel.INFO),
                new ServeSettings.Cluster(null, null)));
  }

  @Test
  void of_everyOption_holdsEachInItsPlace() {
    var given =
        settings(
            ("--data-dir /d --host 0.0.0.0 --port 1 --external-url https://chat.example.org"
                    + " --allowed-origins https://a --allowed-origins https://b,https://c"
                    + " --database-url postgres://u:p@h/d --admin-token t --model openai/gpt-4o"
                    + " --openai-base-url http://llm/v1 --openai-api-key k --encryption-key e"
                    + " --allow-private-providers yes --silence-timeout 2m"
                    + " --max-attempts 3 --max-steps 4 --max-turns 5 --max-queued-messages 6"
                    + " --max-streams-per-user 7 --max-requests-per-user 8 --stall-timeout 9m"
                    + " --lease 10m --drain-timeout 11h --log-format json --log-level warn"
                    + " --relay-url http://me:9 --cluster-secret correct-horse-battery"
                    + " --client-tool-timeout 12h")
                .split(" "));

    assertThat(given)
        .isEqualTo(
            new ServeSettings(
                Path.of("/d"),
                new Secret("postgres://u:p@h/d"),
                new Secret("t"),
                new ServeSettings.Listening(
                    "0.0.0.0",
                    1,
                    URI.create("https://chat.example.org"),
                    List.of("https://a", "https://b", "https://c")),
                new ServeSettings.Models(
                    "openai/gpt-4o",
                    URI.create("http://llm/v1"),
                    new Secret("k"),
                    new ServeSettings.Providers(new Secret("e"), true),
                    Duration.ofMinutes(2),
                    3,
                    4,
                    Duration.ofHours(12)),
                new ServeSettings.Limits(5, 6, 7, 8, Duration.ofMinutes(9)),
                new ServeSettings.Running(
                    Duration.ofMinutes(10), Duration.ofHours(11), LogFormat.JSON, LogLevel.WARN),
                new ServeSettings.Cluster(
                    URI.create("http://me:9"), new Secret("correct-horse-battery"))));
  }

  @Test
  void toString_hidesSecrets() {
    assertThat(
            settings(
                "--database-url",
                "hunter1",
                "--admin-token",
                "hunter2",
                "--openai-api-key",
                "hunter3",
                "--cluster-secret",
                "hunter4-and-so-on",
                "--encryption-key",
                "hunter5"))
        .asString()
        .contains(
            "databaseUrl=***",
            "adminToken=***",
            "openAiApiKey=***",
            "secret=***",
            "encryptionKey=***")
        .doesNotContain("hunter");
  }

  @Test
  void lease_mustOutlastHeartbeatsAndTheDatabase() {
    assertThatThrownBy(() -> settings("--lease", "5s"))
        .isInstanceOf(BadSettings.class)
        .hasMessage("--lease must be at least 6s.");

    var shortest = ServeSettings.Running.LEASE_MIN;
    assertThat(shortest).isGreaterThan(DatabaseBounds.DEFAULT.socket());
    assertThat(MembershipLimits.of(shortest).lease()).isEqualTo(shortest);
  }

  private static ServeSettings settings(String... words) {
    var place = CommandSpec.forAnnotatedObject(PlaceOptions.class);
    var options = CommandSpec.forAnnotatedObject(ServeOptions.class);
    var command =
        new CommandLine(CommandSpec.create().addMixin("place", place).addMixin("options", options));
    command.setDefaultValueProvider(new Sources(Map.of(), Path.of("/data")));
    command.parseArgs(words);
    return ServeSettings.of((PlaceOptions) place.userObject(), (ServeOptions) options.userObject());
  }
}
