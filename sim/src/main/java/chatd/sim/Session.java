package chatd.sim;

import chatd.core.chat.ReplicaId;
import chatd.engine.port.Hint;
import chatd.engine.port.Pubsub;
import org.jspecify.annotations.Nullable;

/// The connection of one replica on which it listens, and which holds its lock. When it is lost, so
/// are the hints of that time, and the lock until it is back.
final class Session implements Pubsub {
  private final World world;
  private final Database database;
  private final Replica process;
  private final Hinting hinting;
  private Pubsub.@Nullable Listener listener;
  private @Nullable ReplicaId holder;
  private boolean isUp = true;
  private int losses;

  Session(World world, Database database, Replica process, Hinting hinting) {
    this.world = world;
    this.database = database;
    this.process = process;
    this.hinting = hinting;
  }

  /// How often it was lost: what was seen before is of another session.
  int number() {
    return losses;
  }

  boolean isUp() {
    return isUp;
  }

  /// Takes the lock in the name of this replica, in place of the one before.
  void hold(ReplicaId replica) {
    if (holder != null) {
      database.memory.holdLock(holder, false);
    }
    holder = replica;
    database.memory.holdLock(replica, isUp);
  }

  /// The process is gone, and the database notices.
  void end() {
    isUp = false;
    if (holder != null) {
      database.memory.holdLock(holder, false);
    }
  }

  /// The connection is lost; it comes back as soon as the database can be reached.
  void lose() {
    losses++;
    if (isUp) {
      end();
      comeBack();
    }
  }

  private void comeBack() {
    world.clock.after(
        world.millis(50, 600),
        () -> {
          if (!process.isRunning() || !process.database.isOpen()) {
            if (process.exists()) {
              comeBack();
            }
            return;
          }
          isUp = true;
          if (holder != null) {
            database.memory.holdLock(holder, true);
          }
          process.run(() -> {
            if (listener != null) {
              listener.resumed();
            }
          });
        });
  }

  @Override
  public void publish(Hint hint) {
    if (process.database.isOpen()) {
      hinting.publish(process, hint);
    }
  }

  @Override
  public void publishModels() {}

  @Override
  public void listen(Listener hears) {
    listener = hears;
  }

  void hear(Hint hint) {
    if (isUp && listener != null) {
      var heard = listener;
      process.run(() -> heard.hinted(hint));
    }
  }
}
