package chatd.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseReaderTest {

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void next_anyLineEnd_cutAnywhere_readsTheSameEvents(String end) throws Exception {
    var stream =
        ("\ufeff: welcome||data: {\"a\":\"é€😀\"}||event: error|id: 7|data:x|data|data:  y||"
                + "retry: 5||: keepalive||other: z|data: [DONE]||data: never ended")
            .replace("|", end);
    var bytes = stream.getBytes(StandardCharsets.UTF_8);
    for (var size = 1; size <= bytes.length; size++) {
      assertThat(events(inPieces(bytes, size)))
          .as("in pieces of %d bytes", size)
          .containsExactly("=>{\"a\":\"é€😀\"}", "error=>x\n\n y", "=>[DONE]");
    }
  }

  @Test
  void next_eventIsComplete_doesNotWaitForMore() throws Exception {
    for (var end : new String[] {"\n", "\r\n", "\r"}) {
      var bytes = ("data: a" + end + end).getBytes(StandardCharsets.UTF_8);
      var thenNothing = new SequenceInputStream(new ByteArrayInputStream(bytes), new Blocked());
      var event = new SseReader(thenNothing, 100).next();
      assertThat(event).isNotNull();
    }
  }

  @Test
  void next_bytesThatAreNoUtf8_areHandedOnAsTheyAre() throws Exception {
    var bytes = new byte[] {'d', 'a', 't', 'a', ':', (byte) 0xC3, (byte) 0xFF, 0, '\n', '\n'};
    assertThat(new SseReader(new ByteArrayInputStream(bytes), 100).next())
        .isNotNull()
        .extracting(SseReader.Event::data)
        .isEqualTo(new byte[] {(byte) 0xC3, (byte) 0xFF, 0});
  }

  @Test
  void next_eventOverTheLimit_isRefused() throws Exception {
    assertThat(events(stream("data:" + "x".repeat(95) + "\n\n"))).hasSize(1);
    for (var tooLarge : new String[] {"x".repeat(101), "data: 34567890\n".repeat(12) + "\n"}) {
      assertThatThrownBy(() -> events(stream(tooLarge)))
          .isInstanceOf(SseReader.EventTooLarge.class);
    }
  }

  private static List<String> events(InputStream in) throws IOException {
    var reader = new SseReader(in, 100);
    var events = new ArrayList<String>();
    for (var event = reader.next(); event != null; event = reader.next()) {
      events.add(event.type() + "=>" + new String(event.data(), StandardCharsets.UTF_8));
    }
    return events;
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  /// A stream that gives at most so many bytes at a time.
  private static InputStream inPieces(byte[] bytes, int size) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] into, int offset, int length) {
        return super.read(into, offset, Math.min(length, size));
      }
    };
  }

  /// A connection that is open and silent; reading from it would block for ever.
  private static final class Blocked extends InputStream {
    @Override
    public int read() {
      throw new AssertionError("would block");
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      throw new AssertionError("would block");
    }
  }
}
