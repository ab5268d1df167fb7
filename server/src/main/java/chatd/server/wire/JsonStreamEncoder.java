package chatd.server.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import chatd.core.feed.Cursor;
import chatd.core.feed.Framing;
import chatd.core.feed.StreamEvent;
import chatd.core.feed.ViewerAction.Outgoing;
import chatd.core.feed.ViewerAction.Write;
import chatd.core.message.ChatId;
import chatd.core.part.Episode;
import chatd.core.part.PartFrame;
import chatd.engine.port.StreamEncoder;
import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.UUID;

/// Events of a stream as clients see them. Rows, queues and parts come encoded and are passed on as
/// they are; this puts them into place. May be called from any thread.
public final class JsonStreamEncoder implements StreamEncoder {
  private static final byte[] ARRAY_OPEN = ascii("[");
  private static final byte[] ARRAY_CLOSE = ascii("]");
  private static final byte[] ENVELOPE_OPEN = ascii("{\"type\":\"data\",\"data\":[");
  private static final byte[] ENVELOPE_CLOSE = ascii("]}");

  /// What stands around the value of a part with the longest role, every number left out.
  private static final int EMPTY_FRAME_LENGTH =
      opening("message_part", new UUID(0, 0).toString(), 0).length()
          + frameOpening("assistant").length()
          + frameClosing(new Episode(0, 0), 0, 0).length()
          + "}".length()
          - 4 * "0".length();

  private static final int FIRST_SEQ_LENGTH = ",\"first_seq\":".length();

  private static final int EMPTY_SSE_LENGTH =
      sseOpening(new Cursor(0, 0, 0, 0), "message_part").length()
          + "\n\n".length()
          - 4 * "0".length();

  @Override
  public byte[] encode(Framing framing, ChatId chat, Write write) {
    var out = new ByteArrayOutputStream(512);
    switch (framing) {
      case ARRAY -> array(out, ARRAY_OPEN, chat, write, ARRAY_CLOSE);
      case ENVELOPE -> array(out, ENVELOPE_OPEN, chat, write, ENVELOPE_CLOSE);
      case SSE -> write.events().forEach(event -> sse(out, chat, write.snapshot(), event));
    }
    return out.toByteArray();
  }

  @Override
  public int around(Framing framing, long snapshot, Episode episode, long first, long last) {
    var position = digits(episode.historyVersion()) + digits(episode.attempt()) + digits(last);
    var merged = first < last ? FIRST_SEQ_LENGTH + digits(first) : 0;
    return EMPTY_FRAME_LENGTH
        + digits(snapshot)
        + position
        + merged
        + switch (framing) {
          case ARRAY -> ARRAY_OPEN.length + ARRAY_CLOSE.length;
          case ENVELOPE -> ENVELOPE_OPEN.length + ENVELOPE_CLOSE.length;
          case SSE -> EMPTY_SSE_LENGTH + position + digits(Long.MAX_VALUE);
        };
  }

  private static int digits(long number) {
    var count = 1;
    for (var rest = number / 10; rest > 0; rest /= 10) {
      count++;
    }
    return count;
  }

  private static void array(
      ByteArrayOutputStream out, byte[] open, ChatId chat, Write write, byte[] close) {
    out.writeBytes(open);
    var isFirst = true;
    for (var event : write.events()) {
      if (!isFirst) {
        out.write(',');
      }
      isFirst = false;
      event(out, chat, write.snapshot(), event.event());
    }
    out.writeBytes(close);
  }

  private static void sse(
      ByteArrayOutputStream out, ChatId chat, long snapshot, Outgoing outgoing) {
    out.writeBytes(ascii(sseOpening(outgoing.position(), type(outgoing.event()))));
    event(out, chat, snapshot, outgoing.event());
    out.writeBytes(ascii("\n\n"));
  }

  private static String sseOpening(Cursor position, String type) {
    return "id: " + position + "\nevent: " + type + "\ndata: ";
  }

  private static void event(
      ByteArrayOutputStream out, ChatId chat, long snapshot, StreamEvent event) {
    out.writeBytes(ascii(opening(type(event), chat.toString(), snapshot)));
    switch (event) {
      case StreamEvent.Message(var row) -> member(out, "message", row.message());
      case StreamEvent.Part(var frame) -> frame(out, frame);
      case StreamEvent.Status status -> member(out, "status", status(status));
      case StreamEvent.Failed(var error) ->
          member(out, "error", Json.write(json -> ChatErrorJson.write(json, error)));
      case StreamEvent.Ended ended -> member(out, "error", ended(ended));
      case StreamEvent.QueueUpdate(var queued) -> member(out, "queued_messages", queued);
      case StreamEvent.ActionRequired calls -> member(out, "action_required", calls(calls));
      case StreamEvent.RetryScheduled retry -> member(out, "retry", retry(retry));
      case StreamEvent.PreviewReset(var episode) -> out.writeBytes(ascii(numbers(episode)));
      case StreamEvent.HistoryReset(var episode) -> out.writeBytes(ascii(numbers(episode)));
    }
    out.write('}');
  }

  private static String type(StreamEvent event) {
    return switch (event) {
      case StreamEvent.Message _ -> "message";
      case StreamEvent.Part _ -> "message_part";
      case StreamEvent.Status _ -> "status";
      case StreamEvent.Failed _, StreamEvent.Ended _ -> "error";
      case StreamEvent.QueueUpdate _ -> "queue_update";
      case StreamEvent.ActionRequired _ -> "action_required";
      case StreamEvent.RetryScheduled _ -> "retry";
      case StreamEvent.PreviewReset _ -> "preview_reset";
      case StreamEvent.HistoryReset _ -> "history_reset";
    };
  }

  private static String opening(String type, String chat, long snapshot) {
    return "{\"type\":\""
        + type
        + "\",\"chat_id\":\""
        + chat
        + "\",\"snapshot_version\":"
        + snapshot
        + ",";
  }

  private static void member(ByteArrayOutputStream out, String name, byte[] value) {
    out.writeBytes(ascii("\"" + name + "\":"));
    out.writeBytes(value);
  }

  private static void frame(ByteArrayOutputStream out, PartFrame frame) {
    out.writeBytes(ascii(frameOpening(frame.role().name().toLowerCase(Locale.ROOT))));
    out.writeBytes(frame.head());
    var delta = frame.delta();
    out.write(delta.array(), delta.from(), delta.length());
    out.writeBytes(frame.tail());
    out.writeBytes(ascii(frameClosing(frame.episode(), frame.firstSeq(), frame.lastSeq())));
  }

  private static String frameOpening(String role) {
    return "\"message_part\":{\"role\":\"" + role + "\",\"part\":";
  }

  private static String frameClosing(Episode episode, long first, long last) {
    return ","
        + numbers(episode)
        + (first < last ? ",\"first_seq\":" + first : "")
        + ",\"seq\":"
        + last
        + "}";
  }

  private static String numbers(Episode episode) {
    return "\"history_version\":"
        + episode.historyVersion()
        + ",\"generation_attempt\":"
        + episode.attempt();
  }

  private static byte[] status(StreamEvent.Status status) {
    return Json.write(json -> {
      json.writeStartObject();
      json.writeStringProperty("status", status.status().name().toLowerCase(Locale.ROOT));
      json.writeNumberProperty("history_version", status.historyVersion());
      if (status.phase() != null) {
        json.writeStringProperty("phase", status.phase().name().toLowerCase(Locale.ROOT));
      }
      if (status.worker() != null) {
        json.writeStringProperty("worker_id", status.worker().toString());
      }
      json.writeEndObject();
    });
  }

  private static byte[] ended(StreamEvent.Ended ended) {
    return Json.write(json -> {
      json.writeStartObject();
      json.writeStringProperty("message", ended.why().message());
      json.writeBooleanProperty("retryable", false);
      json.writeStringProperty("kind", ended.why().kind());
      json.writeEndObject();
    });
  }

  private static byte[] calls(StreamEvent.ActionRequired required) {
    return Json.write(json -> {
      json.writeStartObject();
      ClientCallJson.write(json, required.calls());
      json.writeEndObject();
    });
  }

  private static byte[] retry(StreamEvent.RetryScheduled scheduled) {
    var pending = scheduled.retry();
    return Json.write(json -> {
      json.writeStartObject();
      json.writeNumberProperty("attempt", scheduled.failures());
      json.writeNumberProperty("delay_ms", pending.delayMillis());
      json.writeStringProperty("error", pending.error().message());
      json.writeStringProperty("kind", ChatErrorJson.kind(pending.error().kind()));
      ChatErrorJson.source(json, pending.error());
      json.writeStringProperty("retrying_at", WireTime.format(pending.dueAt()));
      json.writeEndObject();
    });
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }
}
