package chatd.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SystemTimeTest {
  private static final Duration SOON = Duration.ofMillis(20);

  private final SystemTime time = new SystemTime();

  @Test
  void after_runsTheActionOnceTheDelayIsOver() throws Exception {
    var ranAt = new CompletableFuture<Long>();
    var setAt = time.nanos();

    time.after(SOON, () -> ranAt.complete(time.nanos()));

    assertThat(ranAt.get(10, TimeUnit.SECONDS) - setAt).isGreaterThanOrEqualTo(SOON.toNanos());
  }

  @Test
  void after_aLongerDelaySetBefore_isNotWaitedFor() throws Exception {
    var order = new LinkedBlockingQueue<String>();

    var late = time.after(Duration.ofDays(1), () -> order.add("late"));
    time.after(SOON, () -> order.add("early"));

    assertThat(order.poll(10, TimeUnit.SECONDS)).isEqualTo("early");
    late.cancel();
  }

  @Test
  void after_anActionThatBlocks_delaysNoOther() throws Exception {
    var never = new CountDownLatch(1);
    var next = new CountDownLatch(1);

    time.after(Duration.ZERO, () -> awaitQuietly(never));
    time.after(SOON, next::countDown);

    assertThat(next.await(10, TimeUnit.SECONDS)).isTrue();
    never.countDown();
  }

  @Test
  void after_anActionThatFails_stopsNoOther() throws Exception {
    var next = new CountDownLatch(1);

    time.after(
        Duration.ZERO,
        () -> {
          throw new IllegalStateException("on purpose");
        });
    time.after(SOON, next::countDown);

    assertThat(next.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void cancel_beforeTheDelayIsOver_forgetsTheAction() throws Exception {
    var ran = new AtomicBoolean();
    var later = new CountDownLatch(1);

    time.after(SOON, () -> ran.set(true)).cancel();
    time.after(SOON.multipliedBy(2), later::countDown);

    assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(ran).isFalse();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
