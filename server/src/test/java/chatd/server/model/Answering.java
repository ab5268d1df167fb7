package chatd.server.model;

import chatd.core.message.ContentPart;
import chatd.core.part.Part;
import chatd.core.turn.ModelFault;
import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// A call that runs on a virtual thread of its own, as in a worker, and the parts it has handed on.
final class Answering {
  /// Longer than anything in these tests may take; reached only when a test fails.
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ModelClient.Call call;
  private final List<Part> parts = new ArrayList<>();
  private final CompletableFuture<ModelClient.Completion> end = new CompletableFuture<>();
  private final Thread thread;

  private Answering(ModelClient.Call call, Consumer<Part> each) {
    this.call = call;
    thread = Thread.ofVirtual().unstarted(() -> run(each));
  }

  static Answering start(ModelClient.Call call) {
    return start(call, _ -> {});
  }

  /// @param each called on the answering thread with each part, after it was recorded
  static Answering start(ModelClient.Call call, Consumer<Part> each) {
    var answering = new Answering(call, each);
    answering.thread.start();
    return answering;
  }

  private void run(Consumer<Part> each) {
    try {
      end.complete(
          call.run(
              new ModelClient.Sink() {
                @Override
                public void part(Part part) {
                  record(part);
                  each.accept(part);
                }

                @Override
                public void state(ContentPart.ProviderState state) {
                  throw new AssertionError("no state expected");
                }
              }));
    } catch (ModelException | RuntimeException | Error failed) {
      end.completeExceptionally(failed);
    }
  }

  private synchronized void record(Part part) {
    parts.add(part);
    notifyAll();
  }

  synchronized List<Part> parts() {
    return List.copyOf(parts);
  }

  /// Waits until this many parts have come.
  synchronized void awaitParts(int count) throws InterruptedException {
    var until = System.nanoTime() + PATIENCE.toNanos();
    while (parts.size() < count) {
      var left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError("only " + parts);
      }
      wait(left);
    }
  }

  /// Waits until the answering thread has nothing to do but to wait.
  void awaitWaiting() {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  void cancel() {
    call.cancel();
  }

  void interrupt() {
    thread.interrupt();
  }

  ModelClient.Completion completion() throws InterruptedException {
    try {
      return end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw new AssertionError("failed", failed.getCause());
    } catch (TimeoutException _) {
      throw new AssertionError("still answering; so far " + parts());
    }
  }

  ModelFault fault() throws InterruptedException {
    return failure(PATIENCE) instanceof ModelException failed
        ? failed.fault()
        : fail("not a model's failure");
  }

  /// How `run` ended if it failed, at most this long from now.
  Throwable failure(Duration patience) throws InterruptedException {
    try {
      var completion = end.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      throw new AssertionError("completed with " + completion);
    } catch (ExecutionException failed) {
      return Objects.requireNonNull(failed.getCause());
    } catch (TimeoutException _) {
      throw new AssertionError("still answering; so far " + parts());
    }
  }

  private static ModelFault fail(String why) {
    throw new AssertionError(why);
  }

  /// The text of all text parts.
  String text() {
    var text = new StringBuilder();
    for (var part : parts()) {
      if (part instanceof Part.TextDelta(var delta)) {
        text.append(delta);
      }
    }
    return text.toString();
  }
}
