package chatd.server.model;

import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelException;
import chatd.engine.port.Time;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One streamed answer over one connection, in whatever protocol.
///
/// A cancel comes from any thread, at any time. It sets `cancelled` first and then breaks off the
/// exchange if there is one; `run` publishes the exchange first and then looks at `cancelled`. So
/// at least one of the two sees the other, nothing stays open, and a network error that we made
/// ourselves is told from one that happened. A connection that is only being made at that moment is
/// closed as soon as it exists, without a byte sent.
final class StreamedCall implements ModelClient.Call {
  private static final int EVENT_BYTES_MAX = 8 << 20;
  private static final int ERROR_BODY_BYTES_MAX = 64 << 10;

  /// How long something is waited for that is welcome but not needed: the usage behind a complete
  /// answer, the text of an error.
  private static final Duration EXTRAS_WAIT = Duration.ofSeconds(5);

  private final ProviderHttp http;
  private final Supplier<CompletableFuture<HttpRequest>> request;
  private final Function<ModelClient.Sink, StreamedAnswer> answer;
  private final ProviderFaults faults;
  private final Time time;

  private volatile boolean cancelled;
  private volatile @Nullable CompletableFuture<HttpRequest> addressing;
  private volatile @Nullable CompletableFuture<HttpResponse<InputStream>> exchange;

  /// @param request begins to find out where the request goes
  /// @param answer begins to put an answer together
  StreamedCall(
      ProviderHttp http,
      Supplier<CompletableFuture<HttpRequest>> request,
      Function<ModelClient.Sink, StreamedAnswer> answer,
      ProviderFaults faults,
      Time time) {
    this.http = http;
    this.request = request;
    this.answer = answer;
    this.faults = faults;
    this.time = time;
  }

  @Override
  public void cancel() {
    cancelled = true;
    breakOff();
  }

  @Override
  public ModelClient.Completion run(ModelClient.Sink sink) throws ModelException {
    try {
      var response = send();
      checkIsStream(response);
      return read(response.body(), answer.apply(sink));
    } finally {
      breakOff();
    }
  }

  private HttpResponse<InputStream> send() throws ModelException {
    checkCancelled();
    var asked = request.get();
    addressing = asked;
    checkCancelled();
    var sending = http.send(await(asked));
    exchange = sending;
    checkCancelled();
    return await(sending);
  }

  private <T> T await(CompletableFuture<T> awaited) throws ModelException {
    try {
      return awaited.get();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new ModelException(faults.cancelled());
    } catch (CancellationException _) {
      throw new ModelException(faults.cancelled());
    } catch (ExecutionException failed) {
      checkCancelled();
      if (failed.getCause() instanceof IOException broken) {
        throw new ModelException(faults.beforeAnswer(broken), broken);
      }
      throw new IllegalStateException("the HTTP client failed", failed.getCause());
    }
  }

  /// Whether the provider began an answer; otherwise it said why not.
  private void checkIsStream(HttpResponse<InputStream> response) throws ModelException {
    var isSuccess = response.statusCode() / 100 == 2;
    var type = response.headers().firstValue("content-type").orElse("");
    if (isSuccess && !type.startsWith("application/json") && !type.startsWith("text/html")) {
      return;
    }
    var said = ProviderError.ofBody(errorBody(response.body()));
    checkCancelled();
    if (!isSuccess) {
      var retryAfter = RetryAfter.of(response.headers(), time.now());
      throw new ModelException(faults.status(response.statusCode(), said, retryAfter));
    }
    throw new ModelException(
        said.message().isEmpty() ? faults.notAStream(type) : faults.inStream(said));
  }

  private byte[] errorBody(InputStream in) {
    var patience = time.after(EXTRAS_WAIT, () -> close(in));
    try {
      return in.readNBytes(ERROR_BODY_BYTES_MAX);
    } catch (IOException _) {
      return new byte[0]; // The status says enough.
    } finally {
      patience.cancel();
    }
  }

  private ModelClient.Completion read(InputStream in, StreamedAnswer coming) throws ModelException {
    var events = new SseReader(in, EVENT_BYTES_MAX);
    Time.@Nullable Timer patience = null;
    while (true) {
      var event = next(events, coming);
      checkCancelled();
      if (event == null || coming.isEnd(event)) {
        break;
      }
      if (event.isBlank()) {
        continue; // A sign of life.
      }
      coming.add(event);
      if (coming.isFinished() && patience == null) {
        patience = time.after(EXTRAS_WAIT, () -> close(in));
      }
    }
    if (patience != null) {
      leave(in, patience);
    }
    return coming.complete(time.now());
  }

  private SseReader.@Nullable Event next(SseReader events, StreamedAnswer coming)
      throws ModelException {
    try {
      return events.next();
    } catch (SseReader.EventTooLarge tooLarge) {
      throw new ModelException(faults.malformed("One event is too large."), tooLarge);
    } catch (IOException broken) {
      checkCancelled();
      if (coming.isFinished()) {
        return null; // Nothing is missing but the usage.
      }
      throw new ModelException(faults.dropped(), broken);
    }
  }

  /// Reads the little that is left on a thread of its own: a connection that was read to its end
  /// can carry the next request. `patience` ends it if it takes long.
  private void leave(InputStream in, Time.Timer patience) {
    exchange = null; // It is no longer ours to break off.
    Thread.ofVirtual()
        .name("model-rest")
        .start(() -> {
          try (in) {
            in.skipNBytes(ERROR_BODY_BYTES_MAX);
          } catch (IOException _) {
            // Read to its end, or closed; both are what we want.
          } finally {
            patience.cancel();
          }
        });
  }

  private void checkCancelled() throws ModelException {
    if (cancelled || Thread.currentThread().isInterrupted()) {
      throw new ModelException(faults.cancelled());
    }
  }

  private void breakOff() {
    var asked = addressing;
    if (asked != null) {
      asked.cancel(true);
    }
    var sending = exchange;
    if (sending == null) {
      return;
    }
    sending.cancel(true);
    // Its answer may have begun just before; from then on the body holds the connection.
    if (sending.state() == Future.State.SUCCESS) {
      close(sending.resultNow().body());
    }
  }

  private static void close(InputStream in) {
    try {
      in.close();
    } catch (IOException _) {
      // It is closed all the same.
    }
  }
}
