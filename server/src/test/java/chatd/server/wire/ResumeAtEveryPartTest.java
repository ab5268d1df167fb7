package chatd.server.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatRow;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.ModelChoice;
import chatd.core.chat.TurnState;
import chatd.core.chat.Versions;
import chatd.core.feed.FeedEvent;
import chatd.core.feed.FeedRead;
import chatd.core.feed.FeedState;
import chatd.core.feed.FeedView;
import chatd.core.feed.Framing;
import chatd.core.feed.ResumeRequest;
import chatd.core.feed.ViewerAction;
import chatd.core.feed.ViewerState;
import chatd.core.message.ChatId;
import chatd.core.message.UserId;
import chatd.core.part.Episode;
import chatd.core.part.Part;
import chatd.core.part.PartLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// An episode of 500 parts is opened at each of them, in every framing: the frames differ, what
/// they say does not.
class ResumeAtEveryPartTest {
  private static final int PARTS = 500;
  private static final ChatId CHAT = new ChatId(new UUID(3, 3));
  private static final Pattern FRAME =
      Pattern.compile(
          "\"message_part\":(\\{\"role\":\"\\w+\",\"part\":(\\{.*?\\}),\"history_version\":9,"
              + "\"generation_attempt\":1,(?:\"first_seq\":(\\d+),)?\"seq\":(\\d+)\\})\\}");

  private final JsonStreamEncoder encoder = new JsonStreamEncoder();
  private final List<Part> parts = new ArrayList<>();
  private final PartLog log = new PartLog(new Episode(9, 1));
  private final Map<String, String> objects = new HashMap<>();

  @Test
  void resumingAtEveryPart_inEveryFraming_givesTheSameBytes() {
    publish();
    var feed = feed();
    for (var framing : Framing.values()) {
      for (var s = 0; s <= PARTS; s++) {
        assertThat(received(framing, s, feed)).as("%s from %d", framing, s).isEqualTo(expected(s));
      }
    }
  }

  private void publish() {
    var jsonParts = new JsonPartEncoder();
    for (var i = 0; i < PARTS; i++) {
      var part = part(i);
      parts.add(part);
      log.append(jsonParts.encode(part));
    }
  }

  /// Runs of text and reasoning, some of them long, with all that JSON escapes.
  private static Part part(int i) {
    var text = "<" + i + "\"\\\n\0\uD800é😀>" + (i % 100 == 0 ? "x".repeat(40_000) : "");
    return i / 60 % 3 == 1 ? new Part.ReasoningDelta(text) : new Part.TextDelta(text);
  }

  /// What a client that holds the first `s` parts has to add, block by block.
  private String expected(int s) {
    var out = new StringBuilder();
    for (var i = s; i < PARTS; i++) {
      var starts = i == s || !parts.get(i).getClass().equals(parts.get(i - 1).getClass());
      out.append(starts ? "\n" + parts.get(i).getClass().getSimpleName() + ":" : "");
      out.append(escaped(parts.get(i)));
    }
    return out.toString();
  }

  private static String escaped(Part part) {
    var delta = new JsonPartEncoder().encode(part).delta();
    return new String(delta == null ? new byte[0] : delta, US_ASCII);
  }

  private String received(Framing framing, int s, FeedView feed) {
    var out = new StringBuilder();
    var next = s + 1L;
    var kind = "";
    for (var bytes : writes(framing, s, feed)) {
      var frames = FRAME.matcher(new String(bytes, US_ASCII));
      while (frames.find()) {
        var last = Long.parseLong(frames.group(4));
        var first = frames.group(3) == null ? last : Long.parseLong(frames.group(3));
        assertThat(first).isEqualTo(next);
        next = last + 1;
        assertThat(bytes.length <= 64 << 10 || first == last).isTrue();
        var earlier = objects.putIfAbsent(first + "-" + last, frames.group(1));
        assertThat(earlier == null || earlier.equals(frames.group(1))).isTrue();
        var value = frames.group(2);
        var its = value.startsWith("{\"type\":\"text\"") ? "TextDelta" : "ReasoningDelta";
        out.append(its.equals(kind) ? "" : "\n" + its + ":");
        kind = its;
        out.append(value, value.indexOf("\"text\":\"") + 8, value.length() - 2);
      }
    }
    assertThat(next).isEqualTo(PARTS + 1);
    return out.toString();
  }

  private List<byte[]> writes(Framing framing, int s, FeedView feed) {
    var out = new ArrayList<byte[]>();
    var request = new ResumeRequest(9L, 1, s, 0L);
    var step = ViewerState.coming(framing, request).joined(0).look(feed);
    while (!step.actions().isEmpty()) {
      out.add(encoder.encode(framing, CHAT, (ViewerAction.Write) step.actions().getFirst()));
      step = step.next().written(feed);
    }
    return out;
  }

  private FeedView feed() {
    var row =
        new ChatRow(
            new ChatRow.Identity(CHAT, new UserId(new UUID(1, 1)), null, CHAT),
            new ChatRow.Lifecycle(ChatStatus.RUNNING, false, 0),
            new Versions(12, 9, 0, 0, 1, 0),
            null,
            TurnState.IDLE,
            new ModelChoice(null, null, List.of()));
    var read = new FeedRead(row, "[]".getBytes(US_ASCII), List.of(), List.of(), 0);
    return FeedState.NEW
        .on(new FeedEvent.Joined())
        .next()
        .on(new FeedEvent.ReadDone(read, 0))
        .next()
        .view(log, false, encoder);
  }
}
