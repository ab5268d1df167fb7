package chatd.server.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of `chatd serve`, and the schema of the configuration file and the environment:
/// every setting stands here once.
public interface ServeOptions {

  @Option(
      names = "--host",
      order = 10,
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "The address to listen on (127.0.0.1); 0.0.0.0 is every one.")
  String host();

  @Option(
      names = "--port",
      order = 11,
      paramLabel = "PORT",
      defaultValue = "8080",
      converter = Values.Port.class,
      description = "The port to listen on (8080); 0 is any free one.")
  int port();

  @Option(
      names = "--external-url",
      order = 12,
      paramLabel = "URL",
      converter = Values.HttpUrl.class,
      description = "The address under which people reach chatd (http://HOST:PORT).")
  @Nullable URI externalUrl();

  @Option(
      names = "--allowed-origins",
      order = 13,
      paramLabel = "ORIGIN",
      split = ",",
      converter = Values.Origin.class,
      description = "Pages that may call chatd, such as https://chat.example.org (none).")
  @Nullable List<String> allowedOrigins();

  @Option(
      names = "--database-url",
      order = 20,
      paramLabel = "URL",
      converter = Values.Hidden.class,
      description = {
        "A PostgreSQL of yours, postgres://user:password@host:port/db",
        "(chatd runs one in the data folder)."
      })
  @Nullable Secret databaseUrl();

  @Option(
      names = "--admin-token",
      order = 21,
      paramLabel = "TOKEN",
      converter = Values.Hidden.class,
      description = {
        "The token of the administrator",
        "(one is made and kept in the data folder; the command token shows it)."
      })
  @Nullable Secret adminToken();

  @Option(
      names = "--model",
      order = 30,
      paramLabel = "MODEL",
      defaultValue = "demo",
      description = "The model that answers, such as openai/gpt-4o, or none (demo, without a key).")
  String model();

  @Option(
      names = "--openai-base-url",
      order = 31,
      paramLabel = "URL",
      defaultValue = "https://api.openai.com/v1",
      converter = Values.HttpUrl.class,
      description = {
        "Where openai is; any server that speaks chat completions will do",
        "(https://api.openai.com/v1)."
      })
  URI openAiBaseUrl();

  @Option(
      names = "--openai-api-key",
      order = 32,
      paramLabel = "KEY",
      converter = Values.Hidden.class,
      description = "The key that openai asks for (none).")
  @Nullable Secret openAiApiKey();

  @Option(
      names = "--encryption-key",
      order = 33,
      paramLabel = "KEY",
      converter = Values.Hidden.class,
      description = {
        "Encrypts the keys of providers in the database, 32 bytes in base64, the same for all",
        "(with the database in the data folder one is made and kept there)."
      })
  @Nullable Secret encryptionKey();

  @Option(
      names = "--allow-private-providers",
      order = 34,
      paramLabel = "YES_NO",
      defaultValue = "no",
      converter = Values.Permission.class,
      description = {
        "Whether administrators may add providers in private networks and on this machine: yes",
        "or no (no)."
      })
  YesNo allowPrivateProviders();

  @Option(
      names = "--silence-timeout",
      order = 35,
      paramLabel = "TIME",
      defaultValue = "10m",
      converter = Values.Time.class,
      description = "How long a model may say nothing before it is asked again (10m).")
  Duration silenceTimeout();

  @Option(
      names = "--max-attempts",
      order = 36,
      paramLabel = "N",
      defaultValue = "25",
      converter = Values.Count.class,
      description = "How often one step of a turn is tried when the model fails (25).")
  int maxAttempts();

  @Option(
      names = "--max-steps",
      order = 37,
      paramLabel = "N",
      defaultValue = "200",
      converter = Values.Count.class,
      description = "How many model requests and rounds of tools one turn may have (200).")
  int maxSteps();

  @Option(
      names = "--client-tool-timeout",
      order = 38,
      paramLabel = "TIME",
      defaultValue = "5m",
      converter = Values.Time.class,
      description = "How long a turn waits for tools that the client runs (5m).")
  Duration clientToolTimeout();

  @Option(
      names = "--max-turns",
      order = 40,
      paramLabel = "N",
      defaultValue = "256",
      converter = Values.Count.class,
      description = "How many turns run at once (256).")
  int maxTurns();

  @Option(
      names = "--max-queued-messages",
      order = 41,
      paramLabel = "N",
      defaultValue = "20",
      converter = Values.Count.class,
      description = "How many messages may wait in one chat (20).")
  int maxQueuedMessages();

  @Option(
      names = "--max-streams-per-user",
      order = 42,
      paramLabel = "N",
      defaultValue = "100",
      converter = Values.Count.class,
      description = "How many streams one user may have open (100).")
  int maxStreamsPerUser();

  @Option(
      names = "--max-requests-per-user",
      order = 43,
      paramLabel = "N",
      defaultValue = "64",
      converter = Values.Count.class,
      description = "How many requests of one user are answered at once (64).")
  int maxRequestsPerUser();

  @Option(
      names = "--stall-timeout",
      order = 44,
      paramLabel = "TIME",
      defaultValue = "60s",
      converter = Values.Time.class,
      description = "After how long a stream is closed whose client takes nothing (60s).")
  Duration stallTimeout();

  @Option(
      names = "--lease",
      order = 50,
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = Values.Time.class,
      description = "After how long without a sign of life others take the chats over (10s).")
  Duration lease();

  @Option(
      names = "--drain-timeout",
      order = 51,
      paramLabel = "TIME",
      defaultValue = "20s",
      converter = Values.Time.class,
      description = "How long a stop waits for turns in progress (20s).")
  Duration drainTimeout();

  @Option(
      names = "--relay-url",
      order = 52,
      paramLabel = "URL",
      converter = Values.HttpUrl.class,
      description = "How other replicas on the same database reach this one (http://HOST:PORT).")
  @Nullable URI relayUrl();

  @Option(
      names = "--cluster-secret",
      order = 53,
      paramLabel = "SECRET",
      converter = Values.Hidden.class,
      description = {
        "What proves replicas to each other, the same for all",
        "(one is made and kept in the database)."
      })
  @Nullable Secret clusterSecret();

  @Option(
      names = "--log-format",
      order = 60,
      paramLabel = "FORMAT",
      defaultValue = "text",
      converter = Values.Format.class,
      description = "text, or json for one object per line (text).")
  LogFormat logFormat();

  @Option(
      names = "--log-level",
      order = 61,
      paramLabel = "LEVEL",
      defaultValue = "info",
      converter = Values.Level.class,
      description = "error, warn, info or debug (info).")
  LogLevel logLevel();
}
