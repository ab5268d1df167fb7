package chatd.engine.models;

import chatd.engine.chats.Hints;
import chatd.engine.loop.Mailbox;
import chatd.engine.port.ModelDirectory;
import chatd.engine.port.ModelDirectory.Entries;
import chatd.engine.port.StoreException;
import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/// Keeps what this replica knows of providers and models as new as the database. A hint tells of
/// changes; a poll stands behind the hints.
public final class KnownModels {
  private static final Duration POLL = Duration.ofSeconds(3);

  private final ModelDirectory directory;
  private final Hints hints;
  private final Consumer<Entries> listener;
  private final Surroundings around;
  private final Mailbox<Due> mailbox = new Mailbox<>();
  private long known = -1;

  public record Surroundings(Time time, ThreadFactory threads, Telemetry telemetry) {}

  private enum Due {
    REGULARLY,
    NOW
  }

  /// `listener` gets what changed, on whatever thread learns of it, never on two at once and never
  /// older than before.
  public KnownModels(
      ModelDirectory directory, Hints hints, Consumer<Entries> listener, Surroundings around) {
    this.directory = directory;
    this.hints = hints;
    this.listener = listener;
    this.around = around;
  }

  /// Reads for the first time, and listens from then on.
  ///
  /// @throws StoreException if that first reading fails
  public void start() {
    hints.subscribeModels(() -> mailbox.postOnce(Due.NOW));
    hints.subscribeResumed(() -> mailbox.postOnce(Due.NOW));
    take(directory.read());
    around.threads().newThread(this::run).start();
    arm();
  }

  public void stop() {
    mailbox.close();
  }

  /// This replica has changed something. The others are told; here it is in effect on return, or,
  /// if the database is away just then, a little later.
  void changed() {
    hints.announceModels();
    look();
  }

  private void arm() {
    around.time().after(POLL, () -> mailbox.postOnce(Due.REGULARLY));
  }

  private void run() {
    try {
      for (var all = mailbox.take(); !all.isEmpty(); all = mailbox.take()) {
        look();
        if (all.contains(Due.REGULARLY)) {
          arm();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      if (directory.version() > version()) {
        take(directory.read());
      }
    } catch (StoreException trouble) {
      around.telemetry().trouble("reading providers and models", trouble);
    } catch (RuntimeException | Error bug) {
      // One provider that cannot be must not leave this replica with old ones for ever.
      around.telemetry().broken("providers and models", bug);
    }
  }

  private synchronized long version() {
    return known;
  }

  private synchronized void take(Entries entries) {
    if (entries.version() > known) {
      known = entries.version();
      listener.accept(entries);
    }
  }
}
