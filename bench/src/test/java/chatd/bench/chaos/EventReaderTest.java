package chatd.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.strict.StreamEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventReaderTest {
  private static final byte[] CHUNKS =
      "d\r\nretry: 1000\n\n\r\n13\r\nid: 1.0.0.1\nevent: \r\n1b\r\nx\ndata: {}\n\n: keepalive\n\nid\r\n0\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  @Test
  void events_areTheSame_howeverTheBytesCome() {
    for (var size = 1; size <= CHUNKS.length; size++) {
      var reader = new EventReader();
      List<StreamEvent> events = new ArrayList<>();
      for (var from = 0; from < CHUNKS.length; from += size) {
        var count = Math.min(size, CHUNKS.length - from);
        var piece = new byte[size];
        System.arraycopy(CHUNKS, from, piece, 0, count);
        events.addAll(reader.read(piece, count));
      }
      assertThat(events).containsExactly(new StreamEvent("{}", "1.0.0.1"));
      assertThat(reader.isEnded()).isTrue();
    }
  }
}
