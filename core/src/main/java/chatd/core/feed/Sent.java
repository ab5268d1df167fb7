package chatd.core.feed;

import chatd.core.chat.ChatStatus;
import chatd.core.chat.OpenCall;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a viewer was last told of everything but rows and parts, by identity: the queue by its
/// version, an error by the snapshot in which the chat failed, the client's calls by the history
/// version of their step, a retry by its version.
record Sent(StreamEvent.@Nullable Status status, long queue, long failure, long calls, long retry) {
  static final Sent NOTHING = new Sent(null, -1, 0, 0, 0);

  /// After a viewer was brought to `target`.
  Sent with(Snapshot target) {
    var versions = target.row().versions();
    return new Sent(
        target.status(),
        versions.queue(),
        failureOf(target) == 0 ? failure : failureOf(target),
        callsOf(target) == 0 ? calls : callsOf(target),
        retryOf(target) == 0 ? retry : retryOf(target));
  }

  /// The events that follow the rows of a sync to `target`. `preview`: the live preview is void in
  /// any case; `hasParts`: the client holds parts of the current episode.
  List<StreamEvent> closing(Snapshot target, boolean preview, boolean hasParts) {
    var out = new ArrayList<StreamEvent>(4);
    var turn = target.row().turn();
    if (queue != target.row().versions().queue()) {
      out.add(new StreamEvent.QueueUpdate(target.queuedMessages()));
    }
    if (!target.status().equals(status)) {
      out.add(target.status());
    }
    var endsPreview = false;
    if (turn.failure() != null && failureOf(target) != 0 && failureOf(target) != failure) {
      out.add(new StreamEvent.Failed(turn.failure().error()));
      endsPreview = true;
    }
    if (callsOf(target) != 0 && callsOf(target) != calls) {
      out.add(new StreamEvent.ActionRequired(target.clientCalls()));
    }
    var pending = turn.retries().pending();
    if (pending != null && retryOf(target) != 0 && retryOf(target) != retry) {
      out.add(new StreamEvent.RetryScheduled(turn.retries().failures(), pending));
      endsPreview = true;
    }
    if (preview || (target.hasFailedAttempt() && hasParts && !endsPreview)) {
      out.add(new StreamEvent.PreviewReset(target.episode()));
    }
    return out;
  }

  private static long failureOf(Snapshot target) {
    var failure = target.row().turn().failure();
    return failure != null && target.row().status() == ChatStatus.ERROR ? failure.snapshot() : 0;
  }

  private static long callsOf(Snapshot target) {
    return target.row().status() == ChatStatus.REQUIRES_ACTION
        ? target.row().turn().openCalls().stream()
            .filter(OpenCall::byClient)
            .mapToLong(OpenCall::revision)
            .max()
            .orElse(0)
        : 0;
  }

  /// A turn that is being stopped still has its retry stored, but there will be none.
  private static long retryOf(Snapshot target) {
    return target.row().status() == ChatStatus.RUNNING
            && target.row().turn().retries().pending() != null
        ? target.row().versions().retry()
        : 0;
  }
}
