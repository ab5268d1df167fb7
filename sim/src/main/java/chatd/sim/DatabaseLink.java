package chatd.sim;

import chatd.core.chat.ChatCommand;
import chatd.engine.port.StoreException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The way between one replica and the database. What is asked arrives a little later, or not; it
/// is carried out whether or not the replica still runs; and its answer may be lost.
final class DatabaseLink {
  static final long TIMEOUT = 5_000_000_000L;

  private final World world;
  private final Database database;
  private final Replica process;

  /// Connections are refused.
  boolean isRefused;

  /// Nothing arrives, and nobody says so.
  boolean isMute;

  /// How many of the answers get lost.
  double loss;

  /// Whether everything takes a while.
  boolean isSlow;

  private int cuts;

  DatabaseLink(World world, Database database, Replica process) {
    this.world = world;
    this.database = database;
    this.process = process;
  }

  boolean isOpen() {
    return database.isUp && !isRefused && !isMute;
  }

  boolean isSteady() {
    return isOpen() && !isSlow && loss == 0;
  }

  /// Ends all connections that there are; what is on its way back gets lost.
  void cut() {
    cuts++;
  }

  void heal() {
    isRefused = false;
    isSlow = false;
    loss = 0;
  }

  <T> T read(Supplier<T> question) {
    return call(null, false, question);
  }

  /// `command` is what is written, if it is one.
  <T> T write(@Nullable ChatCommand command, Supplier<T> transaction) {
    return call(command, true, transaction);
  }

  @SuppressWarnings("NullAway") // What answers, answers with what was asked for.
  private <T> T call(@Nullable ChatCommand command, boolean writes, Supplier<T> work) {
    var reply = new Reply<T>();
    var sentIn = cuts;
    world.clock.after(way(), () -> arrive(reply, sentIn, command, writes, work));
    return reply.await();
  }

  private long way() {
    return isSlow ? world.millis(20, 900) : world.random.nextInt(100_000, 1_500_000);
  }

  private <T> void arrive(
      Reply<T> reply, int sentIn, @Nullable ChatCommand command, boolean writes, Supplier<T> work) {
    if (isMute) {
      world.clock.after(TIMEOUT, () -> reply.fail(unavailable("it does not answer")));
      return;
    }
    if (!isOpen() || cuts != sentIn) {
      world.clock.after(1_000_000, () -> reply.fail(unavailable("no connection")));
      return;
    }
    T answer;
    try {
      answer = work.get();
    } catch (RuntimeException e) {
      world.clock.after(way(), () -> reply.fail(e));
      return;
    } finally {
      if (writes) {
        database.wrote(process, command);
      }
    }
    var isLost = world.chance(loss);
    if (isLost) {
      world.draws.fault("answer of the database lost");
    }
    world.clock.after(
        way(),
        () -> {
          if (isLost || isMute || cuts != sentIn) {
            reply.fail(lost(writes));
          } else {
            reply.give(answer);
          }
        });
  }

  private static StoreException unavailable(String why) {
    return new StoreException(StoreException.Kind.UNAVAILABLE, why);
  }

  private static StoreException lost(boolean writes) {
    return new StoreException(
        writes ? StoreException.Kind.OUTCOME_UNKNOWN : StoreException.Kind.UNAVAILABLE,
        "the answer is lost");
  }
}
