package chatd.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.core.message.ChatId;
import chatd.core.message.Role;
import chatd.core.part.EncodedPart;
import chatd.core.part.Episode;
import chatd.core.part.PartCutter;
import chatd.core.part.PartLog;
import chatd.core.relay.Have;
import chatd.core.relay.LinkMessage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FramesTest {
  private static final Episode EPISODE = new Episode(9, 1);
  private static final ChatId CHAT = new ChatId(new UUID(-1, 5));

  @Test
  void everyMessage_comesBackAsItWas() throws MalformedMessage {
    var messages =
        List.<LinkMessage>of(
            new LinkMessage.Open(1, 300, CHAT, new Have(EPISODE, Long.MAX_VALUE)),
            new LinkMessage.Close(Long.MAX_VALUE),
            new LinkMessage.At(128, 1, Have.NOTHING),
            new LinkMessage.Ended(16_384, new Episode(Long.MAX_VALUE, 127)),
            new LinkMessage.Ping(),
            new LinkMessage.Pong());
    assertThat(Frames.decode(Frames.encode(messages))).isEqualTo(messages);
  }

  @Test
  void parts_comeBackWithTheirBoundaries() throws MalformedMessage {
    var log = new PartLog(EPISODE);
    var mirror = new PartLog(EPISODE);
    log.append(delta("a"));
    log.append(delta(""));
    log.append(delta("b".repeat(300)));
    log.append(EncodedPart.whole(Role.TOOL, "{\"x\":1}".getBytes(US_ASCII)));
    for (var message : decoded(parts(log, 1), parts(log, 4))) {
      mirror.fill(((LinkMessage.Parts) message).run());
    }
    assertThat(mirror.last()).isEqualTo(4);
    for (var seq = 1; seq <= 4; seq++) {
      var copy = requireNonNull(mirror.readRun(seq, 1 << 16));
      var original = requireNonNull(log.readRun(seq, 1 << 16));
      assertThat(copy.lengths()).isEqualTo(original.lengths());
      assertThat(copy.pattern().head()).isEqualTo(original.pattern().head());
      assertThat(copy.pattern().role()).isEqualTo(original.pattern().role());
      assertThat(copy.pattern().isDelta()).isEqualTo(original.pattern().isDelta());
    }
    assertThat(requireNonNull(mirror.read(1, 1 << 16)).delta().length()).isEqualTo(301);
  }

  @Test
  void largestPart_fitsIntoAMessage() {
    var log = new PartLog(EPISODE);
    log.append(EncodedPart.whole(Role.TOOL, new byte[PartCutter.ENCODED_MAX]));
    assertThat(Frames.encode(List.of(parts(log, 1))).remaining())
        .isLessThan(Frames.MESSAGE_BYTES_MAX);
  }

  @Test
  void encoded_isNoLongerThanCounted() {
    var log = new PartLog(new Episode(Long.MAX_VALUE, Long.MAX_VALUE));
    for (var i = 0; i < 1_000; i++) {
      log.append(delta("x".repeat(i)));
    }
    var parts = new LinkMessage.Parts(Long.MAX_VALUE, requireNonNull(log.readRun(1, 1 << 20)));
    assertThat(Frames.encode(List.of(parts)).remaining()).isLessThanOrEqualTo(parts.size());
  }

  @Test
  void unknownKinds_arePassedOver() throws MalformedMessage {
    var close = Frames.encode(List.of(new LinkMessage.Close(7)));
    var message = ByteBuffer.allocate(100);
    message.put((byte) 99).putInt(3).put(new byte[3]).put(close).flip();
    assertThat(Frames.decode(message)).containsExactly(new LinkMessage.Close(7));
  }

  @Test
  void fieldsOfALaterVersion_arePassedOver() throws MalformedMessage {
    var message = ByteBuffer.wrap(new byte[] {2, 0, 0, 0, 3, 7, 1, 1});
    assertThat(Frames.decode(message)).containsExactly(new LinkMessage.Close(7));
  }

  @Test
  void everyPrefixOfAMessage_isMalformed() {
    var log = new PartLog(EPISODE);
    log.append(delta("abc"));
    log.append(delta("def"));
    var whole = Frames.encode(List.of(parts(log, 1)));
    for (var length = 1; length < whole.limit(); length++) {
      var cut = ByteBuffer.allocate(length).put(whole.slice(0, length)).flip();
      assertThatThrownBy(() -> Frames.decode(cut)).isInstanceOf(MalformedMessage.class);
    }
  }

  /// Whatever comes: either messages or a refusal, never another failure, and no memory beyond what
  /// came.
  @Test
  void anyBytes_areDecodedOrRefused() {
    var log = new PartLog(EPISODE);
    log.append(delta("abc"));
    log.append(delta("def"));
    var good =
        Frames.encode(
            List.of(
                new LinkMessage.Open(1, 1, CHAT, new Have(EPISODE, 3)),
                parts(log, 1),
                new LinkMessage.Ended(5, EPISODE)));
    for (var seed = 0L; seed < 20_000; seed++) {
      var random = new SplittableRandom(seed);
      var bytes = ByteBuffer.allocate(good.limit()).put(good.duplicate()).flip();
      for (var i = random.nextInt(1, 5); i > 0; i--) {
        bytes.put(random.nextInt(bytes.limit()), (byte) random.nextInt(256));
      }
      try {
        for (var message : Frames.decode(bytes)) {
          if (message instanceof LinkMessage.Parts(_, var run)) {
            new PartLog(run.episode()).fill(run);
          }
        }
      } catch (MalformedMessage _) {
        // So it shall be.
      }
    }
  }

  private static List<LinkMessage> decoded(LinkMessage... messages) throws MalformedMessage {
    return Frames.decode(Frames.encode(List.of(messages)));
  }

  private static LinkMessage.Parts parts(PartLog log, long from) {
    return new LinkMessage.Parts(1, requireNonNull(log.readRun(from, 1 << 21)));
  }

  private static EncodedPart delta(String text) {
    return new EncodedPart(
        Role.ASSISTANT,
        "{\"text\":\"".getBytes(US_ASCII),
        text.getBytes(US_ASCII),
        "\"}".getBytes(US_ASCII));
  }
}
