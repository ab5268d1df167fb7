package chatd;

import chatd.core.runner.PeerWatch;
import chatd.engine.port.ProviderKind;
import chatd.engine.port.StoreException;
import chatd.server.SystemTime;
import chatd.server.cli.Finding;
import chatd.server.config.ServeSettings;
import chatd.server.model.ApiKey;
import chatd.server.model.BadModelSettings;
import chatd.server.model.ConfiguredModels;
import chatd.server.model.ModelSettings;
import chatd.server.model.OpenAiEndpoint;
import chatd.server.model.ProviderCheckup;
import chatd.server.postgres.DatabaseCheckup;
import chatd.server.postgres.DatabaseUrl;
import chatd.server.postgres.embedded.EmbeddedPostgres;
import chatd.server.postgres.embedded.EmbeddedPostgresException;
import chatd.server.relay.HttpPeerProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/// One look at everything that a server with some settings needs, as `chatd doctor` tells it.
final class Examination {
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);
  private static final Duration HINT_SLOW = Duration.ofMillis(500);
  private static final long DISK_LITTLE = 1L << 30;
  private static final long DISK_NONE = 64L << 20;
  private static final int POSTGRES_KEPT_UP = 150_000;
  private static final int POSTGRES_MIN = 130_000;

  /// The pool, the listener and the heartbeat.
  private static final int CONNECTIONS = Storage.CONNECTIONS_MAX + 2;

  private final ServeSettings settings;
  private final Consumer<Finding> findings;
  private final SystemTime time = new SystemTime();

  private Examination(ServeSettings settings, Consumer<Finding> findings) {
    this.settings = settings;
    this.findings = findings;
  }

  static void begin(ServeSettings settings, Consumer<Finding> findings)
      throws InterruptedException {
    var examination = new Examination(settings, findings);
    var external = Storage.external(settings);
    examination.disk();
    if (external.isPresent()) {
      examination.database(external.get());
    } else {
      examination.embedded();
    }
    examination.provider();
  }

  private void ok(String what, String text) {
    findings.accept(Finding.ok(what, text));
  }

  private void note(String what, String text) {
    findings.accept(Finding.note(what, text));
  }

  private void fail(String what, String text) {
    findings.accept(Finding.fail(what, text));
  }

  private void disk() {
    var folder = settings.dataDir();
    var there = folder;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    try {
      var free = Files.getFileStore(there).getUsableSpace();
      var said = "%s free for the data folder %s".formatted(size(free), folder);
      if (!Files.isWritable(there)) {
        fail(
            "disk",
            "%s may not be written to by this user: name another folder with --data-dir"
                .formatted(there));
      } else if (free < DISK_NONE) {
        fail("disk", "%s: make room, or name another one with --data-dir".formatted(said));
      } else if (free < DISK_LITTLE && settings.databaseUrl() == null) {
        note("disk", "%s, where the database is: make room".formatted(said));
      } else {
        ok("disk", said);
      }
    } catch (IOException e) {
      fail(
          "disk",
          "the data folder %s cannot be looked at: %s"
              .formatted(folder, String.valueOf(e.getMessage())));
    }
  }

  private static String size(long bytes) {
    return bytes < DISK_LITTLE ? (bytes >> 20) + " MiB" : (bytes >> 30) + " GiB";
  }

  private void embedded() throws InterruptedException {
    if (!Files.isDirectory(settings.dataDir().resolve("postgres"))) {
      ok("database", "the embedded PostgreSQL, which the first start makes");
      return;
    }
    try (var postgres = EmbeddedPostgres.open(settings.dataDir(), _ -> {})) {
      database(Storage.urlOf(postgres));
    } catch (EmbeddedPostgresException e) {
      fail("database", String.valueOf(e.getMessage()));
    }
  }

  private void database(DatabaseUrl url) throws InterruptedException {
    try (var checkup = DatabaseCheckup.of(url, time)) {
      version(checkup, url);
      if (!sessions(checkup)) {
        return; // What else is asked would be answered by somebody's session.
      }
      var mayRead = rights(checkup);
      listener(checkup);
      clock(checkup);
      care(checkup);
      if (mayRead) {
        replicas(checkup);
      }
    } catch (StoreException e) {
      fail("database", "%s: %s; see --database-url".formatted(url, oneLine(e)));
    }
  }

  private static String oneLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private void version(DatabaseCheckup checkup, DatabaseUrl url) {
    var server = checkup.server();
    var said = "PostgreSQL %s at %s".formatted(server.version(), url);
    if (server.number() < POSTGRES_MIN) {
      fail("database", "%s, which is too old: 15 or newer is needed".formatted(said));
    } else if (server.standby()) {
      fail("database", "%s, a standby, which takes no writes: name the primary".formatted(said));
    } else if (checkup.encoding().isPresent()) {
      fail("database", "%s: %s".formatted(said, checkup.encoding().get()));
    } else if (server.number() < POSTGRES_KEPT_UP) {
      note("database", "%s, which nobody keeps up any more; take 15 or newer".formatted(said));
    } else if (!checkup.isEncrypted() && !isNear(url)) {
      note(
          "database",
          "%s, without encryption; sslmode=verify-full in the URL asks for it".formatted(said));
    } else {
      ok("database", said);
    }
  }

  private static boolean isNear(DatabaseUrl url) {
    return List.of("localhost", "127.0.0.1", "::1").contains(url.host());
  }

  /// Whether the tables, if there are any, may be read.
  private boolean rights(DatabaseCheckup checkup) {
    var owner = checkup.strangeOwner();
    if (owner.isPresent()) {
      fail(
          "rights",
          "the tables are those of the role %s: connect as that one, or let it reassign them"
              .formatted(owner.get()));
      return false;
    }
    var tables =
        checkup
            .tables()
            .map(version -> "chatd's are there, in version " + version)
            .orElse("chatd's are not there yet");
    try {
      checkup.requireTables();
      ok("rights", "may make tables; %s".formatted(tables));
    } catch (StoreException e) {
      fail(
          "rights",
          "may make no tables (%s): make the role the owner of its database".formatted(oneLine(e)));
    }
    return true;
  }

  /// Whether they are ours alone, and as we want them.
  private boolean sessions(DatabaseCheckup checkup) {
    var pooler = checkup.pooler();
    pooler.ifPresentOrElse(
        why -> fail("pooler", why), () -> ok("pooler", "none in between that changes sessions"));
    return pooler.isEmpty();
  }

  private void listener(DatabaseCheckup checkup) {
    var delay = checkup.hintDelay();
    if (delay.isEmpty()) {
      fail(
          "listener",
          "a notification of one session is not heard by another one: connect directly");
    } else if (delay.get().compareTo(HINT_SLOW) > 0) {
      note(
          "listener",
          "a notification takes %d ms, which is long: the database or the way to it is slow"
              .formatted(delay.get().toMillis()));
    } else {
      ok("listener", "a notification takes %d ms".formatted(delay.get().toMillis()));
    }
  }

  private void clock(DatabaseCheckup checkup) {
    var ahead = checkup.clockAhead();
    var off = ahead.abs();
    var said =
        "the database is %d ms %s this machine"
            .formatted(off.toMillis(), ahead.isNegative() ? "behind" : "ahead of");
    if (off.compareTo(CLOCK_TOLERANCE) > 0) {
      note("clock", "%s: keep both by NTP".formatted(said));
    } else {
      ok("clock", said);
    }
  }

  private void care(DatabaseCheckup checkup) {
    var care = checkup.care();
    var commit = care.synchronousCommit();
    if (!care.fsync() || !care.fullPageWrites()) {
      note(
          "durability",
          "fsync or full_page_writes is off, so a power failure can cost everything: turn it on");
    } else if (commit.equals("off")) {
      note(
          "durability",
          "synchronous_commit is off, so a crash can take back what clients were told: turn it on");
    } else {
      ok("durability", "fsync is on, synchronous_commit is %s".formatted(commit));
    }
    var room = care.connectionsMax() / CONNECTIONS;
    var said =
        "%d, which is room for %d replicas of %d"
            .formatted(care.connectionsMax(), room, CONNECTIONS);
    if (room < 2) {
      note("connections", "%s; raise max_connections".formatted(said));
    } else {
      ok("connections", said);
    }
  }

  private void replicas(DatabaseCheckup checkup) throws InterruptedException {
    if (checkup.tables().isEmpty()) {
      return;
    }
    try (var probe = new HttpPeerProbe(Thread.ofVirtual().factory())) {
      for (var replica : checkup.replicas()) {
        replica(probe, replica);
      }
    }
  }

  private void replica(HttpPeerProbe probe, DatabaseCheckup.Registered replica)
      throws InterruptedException {
    var said = "%s at %s".formatted(replica.id(), replica.address());
    if (replica.silent().compareTo(settings.running().lease()) > 0) {
      note(
          "replica",
          "%s gave no sign for %d s; the others are about to take its chats over"
              .formatted(said, replica.silent().toSeconds()));
      return;
    }
    switch (ask(probe, replica.address())) {
      case PeerWatch.Answer.Is(var id) when id.equals(replica.id()) ->
          ok("replica", "%s lives and is reached".formatted(said));
      case PeerWatch.Answer.Is(var id) ->
          fail(
              "replica",
              "%s lives, but replica %s answers there: see its --relay-url".formatted(said, id));
      case PeerWatch.Answer.Refused _ ->
          fail(
              "replica", "%s lives, but nobody listens there: see its --relay-url".formatted(said));
      case PeerWatch.Answer.Unclear _ ->
          fail(
              "replica",
              "%s lives, but does not answer there: see its --relay-url, and the way to it"
                  .formatted(said));
    }
  }

  private static PeerWatch.Answer ask(HttpPeerProbe probe, String address)
      throws InterruptedException {
    var answer = new CompletableFuture<PeerWatch.Answer>();
    probe.ask(address, answer::complete);
    try {
      return answer.get();
    } catch (ExecutionException _) {
      return new PeerWatch.Answer.Unclear();
    }
  }

  private void provider() throws InterruptedException {
    var wanted = settings.models();
    var given = wanted.openAiApiKey();
    try {
      var key = given == null ? null : new ApiKey(given.value());
      var model = new ModelSettings(wanted.model(), wanted.openAiBaseUrl(), key);
      try (var models = new ConfiguredModels(model, time)) {
        var preferred = models.configured().preferred().orElse(null);
        if (preferred == null) {
          ok("provider", "none in the settings; those of the database are not asked");
        } else if (preferred.provider() == ProviderKind.DEMO) {
          ok("provider", "the model %s needs none".formatted(wanted.model()));
        } else {
          var endpoint = new OpenAiEndpoint(wanted.openAiBaseUrl(), key);
          provider(new ProviderCheckup(endpoint), preferred.names().model());
        }
      }
    } catch (BadModelSettings e) {
      fail("provider", String.valueOf(e.getMessage()));
    }
  }

  private void provider(ProviderCheckup checkup, String model) throws InterruptedException {
    var asked = "asked for its models at " + checkup.list();
    switch (checkup.ask()) {
      case ProviderCheckup.Answer.Accepted(var models)
          when models.isEmpty() || models.contains(model) ->
          ok("provider", "%s: the key is accepted".formatted(asked));
      case ProviderCheckup.Answer.Accepted _ ->
          note(
              "provider",
              "%s: the key is accepted, but %s is not among them; see --model"
                  .formatted(asked, model));
      case ProviderCheckup.Answer.KeyRefused(var status) ->
          fail(
              "provider",
              "%s: the key is refused (%d); see --openai-api-key".formatted(asked, status));
      case ProviderCheckup.Answer.NoList(var status) ->
          note(
              "provider",
              "%s: it answers %d, which says nothing of the key".formatted(asked, status));
      case ProviderCheckup.Answer.Unreachable(var why) ->
          fail("provider", "%s: no answer, %s; see --openai-base-url".formatted(asked, why));
    }
  }
}
