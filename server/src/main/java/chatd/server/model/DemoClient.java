package chatd.server.model;

import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelException;
import chatd.engine.port.ModelRequest;
import chatd.engine.port.Time;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// The model that is built in: no key, no network, always the same answers.
///
/// It speaks at the pace of a person reading along, and a word in the message makes it answer at
/// length, slowly, with an error, or not at all. What it understands it says itself, when it is
/// asked for `help`.
public final class DemoClient implements ModelClient {
  private static final ProviderFaults FAULTS = new ProviderFaults("demo", null);

  private final Time time;

  /// @param time paces the answers
  public DemoClient(Time time) {
    this.time = time;
  }

  @Override
  public Call call(ModelRequest request) {
    return new DemoCall(DemoAnswer.to(request), time);
  }

  private static final class DemoCall implements Call {
    private final DemoAnswer answer;
    private final Time time;

    private volatile boolean cancelled;

    /// A permit says that there is something to do: the pause is over, or the call was cancelled.
    private final Semaphore wake = new Semaphore(0);

    DemoCall(DemoAnswer answer, Time time) {
      this.answer = answer;
      this.time = time;
    }

    @Override
    public void cancel() {
      cancelled = true;
      wake.release();
    }

    @Override
    public Completion run(Sink sink) throws ModelException {
      for (var part : answer.parts()) {
        pause(answer.pace());
        sink.part(part);
      }
      pause(answer.pace());
      return switch (answer.end()) {
        case DemoAnswer.End.Complete(var usage) -> new Completion(usage, false);
        case DemoAnswer.End.Fail(var status, var why) ->
            throw new ModelException(FAULTS.status(status, new ProviderError(why, "", ""), null));
        case DemoAnswer.End.Hang _ -> {
          pause(null);
          throw new IllegalStateException("woken without a reason");
        }
      };
    }

    /// Waits this long, or for ever, but never beyond a cancel.
    private void pause(@Nullable Duration length) throws ModelException {
      checkCancelled();
      var timer = length == null ? null : time.after(length, wake::release);
      try {
        wake.acquire();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      } finally {
        if (timer != null) {
          timer.cancel();
        }
      }
      checkCancelled();
    }

    private void checkCancelled() throws ModelException {
      if (cancelled || Thread.currentThread().isInterrupted()) {
        throw new ModelException(FAULTS.cancelled());
      }
    }
  }
}
