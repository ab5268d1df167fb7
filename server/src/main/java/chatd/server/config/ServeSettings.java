package chatd.server.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything that a server is started with.
///
/// @param databaseUrl an external PostgreSQL; null: the embedded one in the data folder
/// @param adminToken null: one is made and kept in the data folder
public record ServeSettings(
    Path dataDir,
    @Nullable Secret databaseUrl,
    @Nullable Secret adminToken,
    Listening listening,
    Models models,
    Limits limits,
    Running running,
    Cluster cluster) {

  /// Where the server is reached, and from where.
  ///
  /// @param port 0 for any free one
  /// @param externalUrl the address that people use, if it is not host and port
  /// @param allowedOrigins pages of other origins that may call; each `scheme://host[:port]`
  public record Listening(
      String host, int port, @Nullable URI externalUrl, List<String> allowedOrigins) {
    public Listening {
      allowedOrigins = List.copyOf(allowedOrigins);
    }
  }

  /// Who answers, and how much patience there is with it.
  ///
  /// @param model `demo`, `provider/model` or `none`
  /// @param providers what goes for those that administrators add
  /// @param silence how long a provider may say nothing, also before its first word
  /// @param attempts of one step
  /// @param steps of one turn: model requests and rounds of tools
  /// @param clientTools how long a turn waits for tools that the client runs
  public record Models(
      String model,
      URI openAiBaseUrl,
      @Nullable Secret openAiApiKey,
      Providers providers,
      Duration silence,
      int attempts,
      int steps,
      Duration clientTools) {}

  /// Providers in the database.
  ///
  /// @param encryptionKey for their keys; null: one in the data folder, if the database is there
  /// @param allowPrivate whether they may be in private networks
  public record Providers(@Nullable Secret encryptionKey, boolean allowPrivate) {}

  /// Bounds of this replica.
  ///
  /// @param turns that run at once
  /// @param queuedMessages of one chat
  /// @param streamsPerUser that are open at once
  /// @param requestsPerUser that are in progress at once
  /// @param stall how long a client may take no byte of what waits for it
  public record Limits(
      int turns, int queuedMessages, int streamsPerUser, int requestsPerUser, Duration stall) {
    /// Clients are looked at once a second.
    private static final Duration STALL_MIN = Duration.ofSeconds(3);

    public Limits {
      if (stall.compareTo(STALL_MIN) < 0) {
        throw new BadSettings(
            "--stall-timeout must be at least %ds.".formatted(STALL_MIN.toSeconds()));
      }
    }
  }

  /// How the replica lives, ends and reports.
  ///
  /// @param lease after this long without a heartbeat others take its chats over
  /// @param drain how long a stop waits for the turns in progress
  public record Running(Duration lease, Duration drain, LogFormat logFormat, LogLevel logLevel) {
    /// Longer than three heartbeats, and than the longest wait for an answer of the database:
    /// otherwise a single slow answer would cost a healthy replica its chats.
    public static final Duration LEASE_MIN = Duration.ofSeconds(6);

    public Running {
      if (lease.compareTo(LEASE_MIN) < 0) {
        throw new BadSettings("--lease must be at least %ds.".formatted(LEASE_MIN.toSeconds()));
      }
    }
  }

  /// This replica among others over the same database.
  ///
  /// @param relayUrl how they reach it; null: at host and port
  /// @param secret by which they know each other; null: one is made and kept in the database
  public record Cluster(@Nullable URI relayUrl, @Nullable Secret secret) {
    /// Whoever dials a replica gets a text that it signed, and can try secrets on that.
    private static final int SECRET_CHARS_MIN = 16;

    public Cluster {
      if (secret != null && secret.value().length() < SECRET_CHARS_MIN) {
        throw new BadSettings(
            "--cluster-secret must have at least %d characters.".formatted(SECRET_CHARS_MIN));
      }
    }
  }

  /// The settings that these options say.
  ///
  /// @throws BadSettings if they contradict each other
  public static ServeSettings of(PlaceOptions place, ServeOptions options) {
    var origins = options.allowedOrigins();
    return new ServeSettings(
        place.dataDir().toAbsolutePath().normalize(),
        options.databaseUrl(),
        options.adminToken(),
        new Listening(
            options.host(),
            options.port(),
            options.externalUrl(),
            origins == null ? List.of() : origins),
        new Models(
            options.model(),
            options.openAiBaseUrl(),
            options.openAiApiKey(),
            new Providers(options.encryptionKey(), options.allowPrivateProviders() == YesNo.YES),
            options.silenceTimeout(),
            options.maxAttempts(),
            options.maxSteps(),
            options.clientToolTimeout()),
        new Limits(
            options.maxTurns(),
            options.maxQueuedMessages(),
            options.maxStreamsPerUser(),
            options.maxRequestsPerUser(),
            options.stallTimeout()),
        new Running(
            options.lease(), options.drainTimeout(), options.logFormat(), options.logLevel()),
        new Cluster(options.relayUrl(), options.clusterSecret()));
  }
}
