package chatd.sim;

import chatd.core.feed.StreamEvent;

/// Events in words, for the trace.
final class Words {
  private Words() {}

  static String of(StreamEvent event) {
    return switch (event) {
      case StreamEvent.Message(var row) -> "message " + row.id() + " of " + row.revision();
      case StreamEvent.Part(var frame) ->
          "parts %d to %d of %s: %s"
              .formatted(frame.firstSeq(), frame.lastSeq(), frame.episode(), Texts.words(frame));
      case StreamEvent.QueueUpdate _ -> "the queue";
      case StreamEvent.Status _,
          StreamEvent.Failed _,
          StreamEvent.Ended _,
          StreamEvent.ActionRequired _,
          StreamEvent.RetryScheduled _,
          StreamEvent.PreviewReset _,
          StreamEvent.HistoryReset _ ->
          event.toString();
    };
  }
}
