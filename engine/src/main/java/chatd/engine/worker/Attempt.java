package chatd.engine.worker;

import chatd.core.message.ContentPart;
import chatd.core.part.Episode;
import chatd.core.part.Part;
import chatd.core.part.PartCutter;
import chatd.core.part.StepContent;
import chatd.engine.parts.PartWriter;
import chatd.engine.port.ModelClient;
import chatd.engine.port.PartEncoder;
import chatd.engine.port.Time;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One attempt of a step while it runs: what was numbered, and what that amounts to.
///
/// Its own thread accepts parts; any thread may end it. One lock makes both agree: a part is either
/// numbered and in the content, or refused. Those who watch the log are told under it; they only
/// post to mailboxes.
final class Attempt implements ModelClient.Sink {
  private final Episode episode;
  private final @Nullable UUID model;
  private final PartWriter log;
  private final PartEncoder encoder;
  private final Time time;
  private final Lease lease;
  private final long liveBytesMax;
  private final PartCutter cutter = new PartCutter();
  private final StepContent content = new StepContent();
  private volatile long lastPartAt;
  private ModelClient.@Nullable Call call;
  private long liveBytes;
  private @Nullable End end;

  /// Why an attempt accepts nothing any more.
  enum End {
    COMPLETE,
    /// The request failed by itself.
    FAILED,
    /// Void or stopped: somebody else decided.
    BROKEN_OFF,
    SILENT,
    TOO_LONG,
    LEASE_LAPSED
  }

  /// `model` is null for a round of tools.
  Attempt(
      Episode episode,
      @Nullable UUID model,
      PartWriter log,
      PartEncoder encoder,
      Time time,
      Lease lease,
      long liveBytesMax) {
    this.episode = episode;
    this.model = model;
    this.log = log;
    this.encoder = encoder;
    this.time = time;
    this.lease = lease;
    this.liveBytesMax = liveBytesMax;
    this.lastPartAt = time.nanos();
  }

  Episode episode() {
    return episode;
  }

  /// The model that is asked, null for a round of tools.
  @Nullable UUID model() {
    return model;
  }

  long lastPartAt() {
    return lastPartAt;
  }

  /// The request whose answer is accepted here; it is broken off with the attempt.
  void serve(ModelClient.Call value) {
    synchronized (this) {
      if (end == null) {
        call = value;
        return;
      }
    }
    value.cancel();
  }

  @Override
  public void part(Part part) {
    lastPartAt = time.nanos();
    for (var piece : cutter.add(part)) {
      number(piece);
    }
  }

  @Override
  public synchronized void state(ContentPart.ProviderState state) {
    if (end == null) {
      content.add(state);
    }
  }

  private void number(Part piece) {
    var encoded = encoder.encode(piece);
    @Nullable End over = null;
    synchronized (this) {
      if (end != null) {
        return;
      }
      if (!lease.allowsParts()) {
        over = End.LEASE_LAPSED;
      } else if (liveBytes + piece.textBytes() > liveBytesMax) {
        over = End.TOO_LONG;
      } else if (log.append(encoded).isPresent()) {
        liveBytes += piece.textBytes();
        content.add(piece, time.now());
      } else {
        over = End.BROKEN_OFF; // Another attempt took its place: what is not shown does not count.
      }
    }
    if (over != null) {
      end(over);
    }
  }

  /// The provider said that the answer is complete. Returns how the attempt really ended.
  End complete() {
    cutter.end().forEach(this::number);
    return end(End.COMPLETE);
  }

  /// Nothing is numbered after this; the request, if it still runs, is broken off. Returns the
  /// first reason that was given.
  End end(End why) {
    ModelClient.@Nullable Call running;
    End first;
    synchronized (this) {
      if (end == null) {
        end = why;
        log.seal();
      }
      first = end;
      running = call;
      call = null;
    }
    if (running != null && first != End.COMPLETE) {
      running.cancel();
    }
    return first;
  }

  /// What was accepted; final once the attempt has ended.
  synchronized List<ContentPart> content() {
    return content.content();
  }
}
