package chatd.core.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.ChatId;
import chatd.core.message.Role;
import chatd.core.part.EncodedPart;
import chatd.core.part.Episode;
import chatd.core.part.PartLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LinkStateTest {
  private static final ChatId CHAT = chat(1);
  private static final Episode EPISODE = new Episode(9, 2);

  private final Map<ChatId, PartLog> logs = new HashMap<>();
  private final LinkState link = new LinkState(LinkState.Limits.DEFAULT);

  @Test
  void open_isAnsweredWithHowFarTheLogIs_thenItsParts() {
    append(CHAT, "a", "b");
    open(1, 7, CHAT, Have.NOTHING);
    assertThat(next()).containsExactly("at 1/7 9.2.2", "parts 1 9.2 1-2");
  }

  @Test
  void open_asksForWhatTheMirrorLacks() {
    append(CHAT, "a", "b", "c");
    open(1, 1, CHAT, new Have(EPISODE, 2));
    assertThat(next()).containsExactly("at 1/1 9.2.3", "parts 1 9.2 3-3");
  }

  @Test
  void open_withoutALog_waitsAndRefusesNothing() {
    open(1, 1, CHAT, Have.NOTHING);
    assertThat(next()).containsExactly("at 1/1 0.0.0");
    append(CHAT, "a");
    assertThat(next()).containsExactly("parts 1 9.2 1-1");
  }

  @Test
  void open_afterALaterEpisode_isNeverSentAnOlderOne() {
    append(CHAT, "a");
    open(1, 1, CHAT, new Have(new Episode(9, 3), 0));
    assertThat(next()).containsExactly("at 1/1 9.2.1");
    append(CHAT, "b");
    assertThat(next()).isEmpty();
  }

  @Test
  void open_again_replacesThePosition_andIsAnsweredAnew() {
    append(CHAT, "a", "b");
    open(1, 1, CHAT, Have.NOTHING);
    next();
    open(1, 2, CHAT, new Have(EPISODE, 1));
    assertThat(next()).containsExactly("at 1/2 9.2.2", "parts 1 9.2 2-2");
  }

  @Test
  void supersededLog_jumpsToTheNewestFromOne() {
    append(CHAT, "a", "b");
    open(1, 1, CHAT, Have.NOTHING);
    next();
    append(CHAT, "lost for ever");
    logs.put(CHAT, new PartLog(new Episode(9, 3)));
    append(CHAT, "c");
    assertThat(next()).containsExactly("parts 1 9.3 1-1");
  }

  @Test
  void sealedLog_isEndedOnce_whenAllOfItIsSent() {
    append(CHAT, "a");
    open(1, 1, CHAT, Have.NOTHING);
    requireNonNull(logs.get(CHAT)).seal();
    assertThat(next()).containsExactly("at 1/1 9.2.1", "parts 1 9.2 1-1", "ended 1 9.2");
    link.changed(CHAT);
    assertThat(next()).isEmpty();
    open(1, 2, CHAT, new Have(EPISODE, 1));
    assertThat(next()).containsExactly("at 1/2 9.2.1", "ended 1 9.2");
  }

  @Test
  void close_endsTheStream() {
    open(1, 1, CHAT, Have.NOTHING);
    next();
    assertThat(link.close(1)).isEqualTo(CHAT);
    assertThat(link.close(1)).isNull();
    append(CHAT, "a");
    assertThat(next()).isEmpty();
    assertThat(link.isWatching(CHAT)).isFalse();
    assertThat(link.hasStreams()).isFalse();
  }

  @Test
  void whatComesDuringAWrite_isOneRunInTheNext() {
    open(1, 1, CHAT, Have.NOTHING);
    next();
    append(CHAT, "a");
    append(CHAT, "b");
    assertThat(next()).containsExactly("parts 1 9.2 1-2");
    assertThat(next()).isEmpty();
  }

  @Test
  void ping_isAnsweredFirst() {
    append(CHAT, "a");
    open(1, 1, CHAT, Have.NOTHING);
    link.pinged();
    assertThat(next()).containsExactly("pong", "at 1/1 9.2.1", "parts 1 9.2 1-1");
    assertThat(next()).isEmpty();
  }

  @Test
  void streams_areLimited() {
    var small = new LinkState(new LinkState.Limits(2_000, 1_000, 1));
    assertThat(small.open(new LinkMessage.Open(1, 1, CHAT, Have.NOTHING))).isTrue();
    assertThat(small.open(new LinkMessage.Open(1, 2, CHAT, Have.NOTHING))).isTrue();
    assertThat(small.open(new LinkMessage.Open(2, 1, chat(2), Have.NOTHING))).isFalse();
    assertThat(small.open(new LinkMessage.Open(1, 3, chat(2), Have.NOTHING))).isFalse();
  }

  @Test
  void largePart_goesAlone() {
    append(CHAT, "a", "x".repeat(1 << 20), "b");
    open(1, 1, CHAT, Have.NOTHING);
    assertThat(next()).containsExactly("at 1/1 9.2.3", "parts 1 9.2 1-1");
    assertThat(next()).containsExactly("parts 1 9.2 2-2");
    assertThat(next()).containsExactly("parts 1 9.2 3-3");
  }

  /// A chat of many megabytes takes its turn like everybody else: the light ones beside it are in
  /// every write, as far as they have something new.
  @Test
  void heavyChatBesideLightOnes_delaysNoneOfThem() {
    var heavy = chat(1_000);
    for (var i = 0; i < 10_000; i++) {
      append(heavy, "x".repeat(1_000));
    }
    open(1_000, 1, heavy, Have.NOTHING);
    var light = new TreeMap<Long, ChatId>();
    for (var i = 1; i <= 100; i++) {
      light.put((long) i, chat(i));
      open(i, 1, chat(i), Have.NOTHING);
    }
    compose(); // Everybody is answered.
    for (var round = 0; round < 20; round++) {
      light.values().forEach(chat -> append(chat, "word"));
      var write = compose();
      assertThat(parts(write).stream().map(LinkMessage.Parts::stream).filter(light::containsKey))
          .hasSize(100);
      assertThat(sizeOf(upToTheLastLight(write), 1_000)).isLessThanOrEqualTo(64 << 10);
      assertThat(write.stream().mapToInt(LinkMessage::size).sum()).isBetween(250_000, 257 << 10);
    }
  }

  /// Parts so large that each is a write of its own.
  @Test
  void chatOfHugeParts_givesItsTurnAwayAfterEach() {
    for (var i = 0; i < 10; i++) {
      append(chat(1), "x".repeat(300_000));
    }
    open(1, 1, chat(1), Have.NOTHING);
    open(2, 1, chat(2), Have.NOTHING);
    assertThat(next()).containsExactly("at 1/1 9.2.10");
    assertThat(next()).containsExactly("parts 1 9.2 1-1");
    append(chat(2), "word");
    assertThat(next()).containsExactly("at 2/1 9.2.1", "parts 2 9.2 1-1");
    assertThat(next()).containsExactly("parts 1 9.2 2-2");
  }

  @Test
  void fourHeavyChats_shareAWriteEqually() {
    for (var i = 1; i <= 4; i++) {
      for (var j = 0; j < 500; j++) {
        append(chat(i), "x".repeat(1_000));
      }
      open(i, 1, chat(i), Have.NOTHING);
    }
    for (var round = 0; round < 4; round++) {
      var write = compose();
      assertThat(write.stream().mapToInt(LinkMessage::size).sum()).isLessThan(257 << 10);
      for (var i = 1; i <= 4; i++) {
        assertThat(sizeOf(write, i)).isBetween(50_000, 64 << 10);
      }
    }
  }

  private static List<LinkMessage> upToTheLastLight(List<LinkMessage> write) {
    var end = write.size();
    while (write.get(end - 1) instanceof LinkMessage.Parts parts && parts.stream() == 1_000) {
      end--;
    }
    return write.subList(0, end);
  }

  private static int sizeOf(List<LinkMessage> write, long stream) {
    return parts(write).stream()
        .filter(parts -> parts.stream() == stream)
        .mapToInt(LinkMessage::size)
        .sum();
  }

  private static List<LinkMessage.Parts> parts(List<LinkMessage> write) {
    return write.stream()
        .filter(LinkMessage.Parts.class::isInstance)
        .map(LinkMessage.Parts.class::cast)
        .toList();
  }

  private void open(long stream, long ask, ChatId chat, Have have) {
    assertThat(link.open(new LinkMessage.Open(stream, ask, chat, have))).isTrue();
  }

  private void append(ChatId chat, String... texts) {
    var log = logs.computeIfAbsent(chat, _ -> new PartLog(EPISODE));
    for (var text : texts) {
      log.append(
          new EncodedPart(
              Role.ASSISTANT,
              "{\"text\":\"".getBytes(US_ASCII),
              text.getBytes(US_ASCII),
              "\"}".getBytes(US_ASCII)));
      link.changed(chat);
    }
  }

  private List<LinkMessage> compose() {
    return link.next(logs::get);
  }

  private List<String> next() {
    var out = new ArrayList<String>();
    compose().forEach(message -> out.add(render(message)));
    return out;
  }

  private static String render(LinkMessage message) {
    return switch (message) {
      case LinkMessage.At(var stream, var ask, var newest) ->
          "at %d/%d %s.%d".formatted(stream, ask, render(newest.episode()), newest.last());
      case LinkMessage.Parts(var stream, var run) ->
          "parts %d %s %d-%d"
              .formatted(stream, render(run.episode()), run.firstSeq(), run.lastSeq());
      case LinkMessage.Ended(var stream, var episode) ->
          "ended %d %s".formatted(stream, render(episode));
      case LinkMessage.Pong _ -> "pong";
      case LinkMessage.Open _, LinkMessage.Close _, LinkMessage.Ping _ ->
          throw new AssertionError("not said by this end: " + message);
    };
  }

  private static String render(Episode episode) {
    return episode.historyVersion() + "." + episode.attempt();
  }

  private static ChatId chat(int number) {
    return new ChatId(new UUID(0, number));
  }
}
