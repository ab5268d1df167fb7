package chatd.engine.worker;

import chatd.core.chat.ChatRow;
import chatd.core.chat.ReplicaId;
import chatd.engine.port.ReplicaDirectory;
import chatd.engine.port.StoreException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// The replicas' rows as a replica with trouble reaches them.
final class TroubledDirectory implements ReplicaDirectory {
  private final ReplicaDirectory directory;

  /// Nothing gets through.
  boolean down;

  /// Nobody can register.
  boolean registersNobody;

  /// The next sweep finds something that cannot be.
  boolean sweepBreaks;

  /// The next heartbeat meets what no program can foresee.
  boolean beatBreaks;

  /// Whoever sweeps, registers or looks waits for these.
  @Nullable CountDownLatch sweepHeld;

  @Nullable CountDownLatch registerHeld;

  @Nullable CountDownLatch lookHeld;

  TroubledDirectory(ReplicaDirectory directory) {
    this.directory = directory;
  }

  private void check(boolean trouble) {
    if (down || trouble) {
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "out of reach");
    }
  }

  private static void await(@Nullable CountDownLatch latch) {
    try {
      if (latch != null) {
        latch.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public List<ChatRow> register(ReplicaId me, String address, String version) {
    await(registerHeld);
    check(registersNobody);
    return directory.register(me, address, version);
  }

  @Override
  public List<ChatRow> sweep() {
    await(sweepHeld);
    check(false);
    if (sweepBreaks) {
      sweepBreaks = false;
      throw new IllegalStateException("a row that cannot be");
    }
    return directory.sweep();
  }

  @Override
  public Beat beat(ReplicaId me) {
    check(false);
    if (beatBreaks) {
      beatBreaks = false;
      throw new NoClassDefFoundError("the program was replaced while it ran");
    }
    return directory.beat(me);
  }

  @Override
  public Sight look(ReplicaId me) {
    await(lookHeld);
    check(false);
    return directory.look(me);
  }

  @Override
  public List<ChatRow> declareDead(ReplicaId peer, long beat) {
    check(false);
    return directory.declareDead(peer, beat);
  }

  @Override
  public void drain(ReplicaId me) {
    check(false);
    directory.drain(me);
  }

  @Override
  public List<ChatRow> retire(ReplicaId me) {
    check(false);
    return directory.retire(me);
  }

  @Override
  public List<Replica> list() {
    return directory.list();
  }
}
