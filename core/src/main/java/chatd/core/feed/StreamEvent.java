package chatd.core.feed;

import chatd.core.chat.ChatError;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.Phase;
import chatd.core.chat.ReplicaId;
import chatd.core.chat.TurnState;
import chatd.core.part.Episode;
import chatd.core.part.PartFrame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a viewer is told. Which snapshot it belongs to is said once for all events of a write.
public sealed interface StreamEvent {
  /// More bytes than anything stands around a payload in any framing.
  int WRAPPER = 448;

  /// A character takes at most this many bytes in JSON.
  int ESCAPED = 6;

  record Message(FeedRow row) implements StreamEvent {
    @Override
    public int payloadMax() {
      return row.message().length;
    }
  }

  record Part(PartFrame frame) implements StreamEvent {
    @Override
    public int payloadMax() {
      return frame.length();
    }
  }

  /// `status` is one that clients know: a chat that is being stopped is running.
  record Status(
      ChatStatus status, long historyVersion, @Nullable Phase phase, @Nullable ReplicaId worker)
      implements StreamEvent {
    @Override
    public int payloadMax() {
      return 192;
    }
  }

  /// The turn failed.
  record Failed(ChatError error) implements StreamEvent {
    @Override
    public int payloadMax() {
      return errorMax(error);
    }
  }

  /// The last event of a stream that its viewer may not go on seeing.
  record Ended(AccessEnd why) implements StreamEvent {
    @Override
    public int payloadMax() {
      return 192;
    }
  }

  /// The whole queue, encoded.
  @SuppressWarnings("ArrayRecordComponent") // Shared bytes.
  record QueueUpdate(byte[] queuedMessages) implements StreamEvent {
    @Override
    public int payloadMax() {
      return queuedMessages.length;
    }
  }

  record ActionRequired(List<ClientCall> calls) implements StreamEvent {
    public ActionRequired {
      calls = List.copyOf(calls);
    }

    @Override
    public int payloadMax() {
      var size = 64L;
      for (var call : calls) {
        var characters =
            call.toolCallId().length() + call.toolName().length() + call.args().text().length();
        size += 64L + (long) ESCAPED * characters;
      }
      return (int) Math.min(size, Integer.MAX_VALUE / 2);
    }
  }

  /// An attempt failed, the `failures`th of its step, and the next one starts later.
  record RetryScheduled(int failures, TurnState.Retries.Pending retry) implements StreamEvent {
    @Override
    public int payloadMax() {
      return 128 + errorMax(retry.error());
    }
  }

  /// The live preview is void; parts start again at 1 in this episode.
  record PreviewReset(Episode episode) implements StreamEvent {
    @Override
    public int payloadMax() {
      return 96;
    }
  }

  /// Rows that the viewer can hold were deleted; the messages that follow are the whole history.
  record HistoryReset(Episode episode) implements StreamEvent {
    @Override
    public int payloadMax() {
      return 96;
    }
  }

  /// No fewer bytes than the payload takes when it is encoded.
  int payloadMax();

  /// No fewer bytes than the event takes in any framing.
  default int sizeMax() {
    return WRAPPER + payloadMax();
  }

  private static int errorMax(ChatError error) {
    return 192
        + ESCAPED * (length(error.message()) + length(error.detail()) + length(error.provider()));
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }
}
