package chatd.bench.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageReaderTest {

  @Test
  void read_howeverTheBytesAreCut_tellsTheSame() {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(frame(0x81, "short"));
    bytes.writeBytes(frame(0x01, "x".repeat(200)));
    bytes.writeBytes(frame(0x89, "ping"));
    bytes.writeBytes(frame(0x80, "y".repeat(70_000)));
    bytes.writeBytes(frame(0x88, "\u0003\u0009")); // 777
    var expected =
        List.of("short", "ping ping", "x".repeat(200) + "y".repeat(70_000), "closed 777");

    for (var size : List.of(13, 64, 1 << 20)) {
      assertThat(told(bytes.toByteArray(), size)).isEqualTo(expected);
    }
  }

  private static List<String> told(byte[] bytes, int size) {
    var told = new ArrayList<String>();
    var reader =
        new MessageReader(
            new MessageReader.Told() {
              @Override
              public void message(byte[] text) {
                told.add(new String(text, StandardCharsets.UTF_8));
              }

              @Override
              public void ping(byte[] payload) {
                told.add("ping " + new String(payload, StandardCharsets.UTF_8));
              }

              @Override
              public void closed(int code) {
                told.add("closed " + code);
              }
            });
    for (var from = 0; from < bytes.length; from += size) {
      reader.read(ByteBuffer.wrap(bytes, from, Math.min(size, bytes.length - from)));
    }
    return told;
  }

  private static byte[] frame(int first, String text) {
    var payload = text.getBytes(StandardCharsets.UTF_8);
    var frame = ByteBuffer.allocate(payload.length + 10).put((byte) first);
    if (payload.length < 126) {
      frame.put((byte) payload.length);
    } else if (payload.length < 1 << 16) {
      frame.put((byte) 126).putShort((short) payload.length);
    } else {
      frame.put((byte) 127).putLong(payload.length);
    }
    frame.put(payload).flip();
    var bytes = new byte[frame.remaining()];
    frame.get(bytes);
    return bytes;
  }
}
