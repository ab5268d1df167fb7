package chatd;

import static chatd.House.isIn;
import static chatd.House.isOf;
import static chatd.House.neverUses;
import static chatd.House.takes;
import static chatd.House.takesNothing;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Calendar;
import java.util.Collections;
import java.util.Date;
import java.util.Timer;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/// What comes into a room only from outside, so that a whole cluster can run in one thread under a
/// clock and a seed of the test's own: time, threads, randomness, settings.
class SeamsTest {

  private static final DescribedPredicate<JavaClass> CORE = resideInAPackage("chatd.core..");

  private static final DescribedPredicate<JavaClass> LOOPS =
      resideInAnyPackage("chatd.engine..", "chatd.relay..");

  private static final DescribedPredicate<JavaClass> CORE_AND_LOOPS =
      resideInAnyPackage("chatd.core..", "chatd.engine..", "chatd.relay..");

  @Test
  void time_isReadOnlyByItsAdapter() {
    neverUses(
        not(belongTo(name("chatd.server.SystemTime").forSubtype())),
        "a look at the clock",
        access ->
            isOf(access, System.class, "nanoTime", "currentTimeMillis")
                || isOf(access, Clock.class)
                || isOf(access, InstantSource.class)
                || (isIn(access, "java.time") && access.getName().equals("now"))
                || (isOf(access, Date.class, "<init>") && takesNothing(access))
                || isOf(access, Calendar.class, "getInstance"));
  }

  @Test
  void environment_isReadOnlyByConfig() {
    neverUses(
        resideOutsideOfPackage("chatd.server.config.."),
        "a look at the environment",
        access -> isOf(access, System.class, "getenv"));
  }

  @Test
  void coreAndLoops_doNotKnowTheProcessTheyAreIn() {
    neverUses(
        CORE_AND_LOOPS,
        "the process",
        access ->
            isOf(access, System.class, "getProperty", "getProperties", "setProperty", "exit")
                || isOf(access, System.class, "in", "out", "err", "console", "getLogger")
                || isOf(access, Runtime.class)
                || isOf(access, ProcessBuilder.class)
                || isOf(access, ProcessHandle.class)
                || isOf(access, Throwable.class, "printStackTrace"));
  }

  @Test
  void coreAndLoops_getRandomnessFromOutside() {
    neverUses(
        CORE_AND_LOOPS,
        "randomness of its own",
        access ->
            isOf(access, Math.class, "random")
                || isOf(access, UUID.class, "randomUUID")
                || isOf(access, ThreadLocalRandom.class)
                || isOf(access, RandomGeneratorFactory.class)
                || isOf(access, RandomGenerator.class, "of", "getDefault")
                || (isOf(access, RandomGenerator.class, "<init>") && takesNothing(access))
                || (isOf(access, Collections.class, "shuffle")
                    && !takes(access, RandomGenerator.class)));
  }

  @Test
  void core_hasNoThreads() {
    neverUses(
        CORE,
        "a thread",
        access ->
            isOf(access, Thread.class)
                || isOf(access, ThreadLocal.class)
                || isOf(access, Timer.class)
                || access.getName().matches("wait|notify|notifyAll|parallel|parallelStream"));
  }

  @Test
  void loops_getTheirThreadsFromOutside() {
    neverUses(
        LOOPS,
        "a thread of its own",
        access ->
            isOf(access, Thread.class, "<init>", "ofVirtual", "ofPlatform", "startVirtualThread")
                || isOf(access, ForkJoinPool.class)
                || (isOf(access, Executors.class) && !takes(access, ThreadFactory.class))
                || (isOf(access, CompletionStage.class)
                    && access.getName().endsWith("Async")
                    && !takes(access, Executor.class))
                || access.getName().matches("parallel|parallelStream"));
  }

  @Test
  void loops_waitForNoTimerOfTheJdk() {
    neverUses(
        LOOPS,
        "a timed wait",
        access ->
            isOf(access, Thread.class, "sleep")
                || (isOf(access, Thread.class, "join") && !takesNothing(access))
                || (access.getName().equals("wait") && !takesNothing(access))
                || isOf(access, Timer.class)
                || isOf(access, ScheduledExecutorService.class)
                || isOf(access, DelayQueue.class)
                || (isIn(access, "java.util.concurrent")
                    && (takes(access, TimeUnit.class) || takes(access, Duration.class)))
                || access.getName().matches("awaitNanos|awaitUntil|parkNanos|parkUntil"));
  }
}
