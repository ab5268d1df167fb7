package chatd.engine.feed;

import static java.nio.charset.StandardCharsets.US_ASCII;

import chatd.core.feed.Framing;
import chatd.core.feed.StreamEvent;
import chatd.core.feed.ViewerAction.Write;
import chatd.core.message.ChatId;
import chatd.core.part.Episode;
import chatd.core.part.PartFrame;
import chatd.engine.port.StreamEncoder;
import java.util.stream.Collectors;

/// Events as lines that a test can read. Counts what it makes.
final class PlainStreamEncoder implements StreamEncoder {
  int made;

  @Override
  public byte[] encode(Framing framing, ChatId chat, Write write) {
    made++;
    return write.events().stream()
        .map(outgoing -> line(outgoing.event()))
        .collect(Collectors.joining("\n"))
        .getBytes(US_ASCII);
  }

  @Override
  public int around(Framing framing, long snapshot, Episode episode, long first, long last) {
    return 300;
  }

  private static String line(StreamEvent event) {
    return switch (event) {
      case StreamEvent.Message(var row) -> "message " + row.id();
      case StreamEvent.Part(var frame) -> part(frame);
      case StreamEvent.Status status -> "status " + status.status();
      case StreamEvent.Failed(var error) -> "error " + error.message();
      case StreamEvent.Ended(var why) -> "ended " + why;
      case StreamEvent.QueueUpdate _ -> "queue";
      case StreamEvent.ActionRequired _ -> "action";
      case StreamEvent.RetryScheduled _ -> "retry";
      case StreamEvent.PreviewReset(var episode) -> "preview " + episode.attempt();
      case StreamEvent.HistoryReset _ -> "reset";
    };
  }

  private static String part(PartFrame frame) {
    var delta = frame.delta();
    var text = new String(delta.array(), delta.from(), delta.length(), US_ASCII);
    return "part " + frame.firstSeq() + "-" + frame.lastSeq() + " " + text;
  }
}
