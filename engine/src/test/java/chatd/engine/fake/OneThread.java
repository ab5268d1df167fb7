package chatd.engine.fake;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/// Virtual threads that all run on the thread of a test, one at a time, in an order drawn from a
/// seed: whoever blocks gives way to another. So a test of several loops is as exact, and as
/// repeatable, as one of a single machine.
///
/// The scheduler of a virtual thread cannot be chosen through any public interface of the JDK; this
/// class alone knows the way around that (`--add-opens java.base/java.lang=ALL-UNNAMED`).
public final class OneThread {
  private static final int STEPS_MAX = 1_000_000;
  private static final MethodHandle BUILDER = builder();

  private final List<Runnable> runnable = new ArrayList<>();
  private final SplittableRandom random;

  public OneThread(long seed) {
    random = new SplittableRandom(seed);
  }

  /// Makes threads that run in [#settle] only, all of one group.
  public Group group() {
    return new Group();
  }

  /// Threads that freeze and thaw together, as those of one process do.
  public final class Group implements Executor {
    private final List<Runnable> held = new ArrayList<>();
    private boolean frozen;

    public ThreadFactory threads() {
      try {
        return ((Thread.Builder.OfVirtual) BUILDER.invoke(this)).factory();
      } catch (Throwable e) {
        throw new LinkageError("no virtual thread can be given a scheduler on this JDK", e);
      }
    }

    /// None of its threads gets any time.
    public void freeze() {
      frozen = true;
    }

    public void thaw() {
      frozen = false;
      held.forEach(this::execute);
      held.clear();
    }

    @Override
    public void execute(Runnable continuation) {
      if (frozen) {
        held.add(continuation);
      } else {
        runnable.add(continuation);
      }
    }
  }

  /// Runs until every thread waits for something that only the test can bring.
  public void settle() {
    for (var steps = 0; steps < STEPS_MAX; steps++) {
      var next = next();
      if (next == null) {
        return;
      }
      next.run();
    }
    throw new AssertionError("the threads never come to rest");
  }

  private @Nullable Runnable next() {
    return runnable.isEmpty() ? null : runnable.remove(random.nextInt(runnable.size()));
  }

  private static MethodHandle builder() {
    try {
      var type = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder");
      var constructor = type.getDeclaredConstructor(Executor.class);
      constructor.setAccessible(true);
      return MethodHandles.lookup().unreflectConstructor(constructor);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
