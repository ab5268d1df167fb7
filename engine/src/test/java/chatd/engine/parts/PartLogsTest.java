package chatd.engine.parts;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.core.chat.BrokenInvariant;
import chatd.core.message.ChatId;
import chatd.core.message.Role;
import chatd.core.part.EncodedPart;
import chatd.core.part.Episode;
import chatd.engine.fake.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PartLogsTest {
  private static final ChatId CHAT = new ChatId(UUID.randomUUID());
  private static final Episode FIRST = new Episode(9, 1);
  private static final Episode SECOND = new Episode(9, 2);
  private static final EncodedPart PART =
      EncodedPart.whole(Role.ASSISTANT, "{}".getBytes(US_ASCII));

  private final ManualTime time = new ManualTime();
  private final PartLogs logs =
      new PartLogs(time, new PartLogs.Limits(Duration.ofSeconds(15), 1000));
  private final List<String> heard = new ArrayList<>();

  @Test
  void listener_hearsAppendAndSeal() {
    var subscription = logs.subscribe(CHAT, recording());
    var writer = logs.open(CHAT, FIRST);
    assertThat(writer.append(PART)).hasValue(1);
    assertThat(writer.seal()).isEqualTo(1);
    assertThat(writer.seal()).isEqualTo(1);
    assertThat(heard).containsExactly("appended 1", "sealed 1");

    subscription.end();
    logs.open(CHAT, SECOND).append(PART);
    assertThat(heard).hasSize(2);
  }

  @Test
  void sealedLog_canBeReadForFifteenSeconds() {
    var writer = logs.open(CHAT, FIRST);
    writer.append(PART);
    writer.seal();
    time.advance(Duration.ofSeconds(14));
    assertThat(logs.find(CHAT, FIRST)).isNotNull();
    time.advance(Duration.ofSeconds(1));
    assertThat(logs.find(CHAT, FIRST)).isNull();
    assertThat(logs.bytes()).isZero();
  }

  @Test
  void newAttempt_takesThePlaceOfTheOldOne_andOutlivesItsTimer() {
    var first = logs.open(CHAT, FIRST);
    first.append(PART);
    first.seal();
    logs.open(CHAT, SECOND);
    time.advance(Duration.ofSeconds(20));
    assertThat(logs.find(CHAT, FIRST)).isNull();
    assertThat(logs.find(CHAT, SECOND)).isNotNull();
    assertThat(first.append(PART)).isEmpty();
  }

  @Test
  void attemptThatWasNeverCommitted_mayBeOpenedAgain_whileItHasNoPart() {
    var lost = logs.open(CHAT, FIRST);
    logs.open(CHAT, FIRST).append(PART);
    assertThat(lost.append(PART)).isEmpty();
    assertThatThrownBy(() -> logs.open(CHAT, FIRST)).isInstanceOf(BrokenInvariant.class);
  }

  @Test
  void attemptThatComesLate_leavesTheNewerOneAlone() {
    var newer = logs.open(CHAT, SECOND);

    assertThatThrownBy(() -> logs.open(CHAT, FIRST)).isInstanceOf(BrokenInvariant.class);

    assertThat(newer.append(PART)).hasValue(1);
    assertThat(logs.newest(CHAT)).isEqualTo(logs.find(CHAT, SECOND)).isNotNull();
  }

  @Test
  void budget_countsAllLogs() {
    var writer = logs.open(CHAT, FIRST);
    assertThat(logs.hasRoom()).isTrue();
    for (var i = 0; i < 10; i++) {
      writer.append(PART);
    }
    assertThat(logs.bytes()).isGreaterThan(1000);
    assertThat(logs.hasRoom()).isFalse();
  }

  private PartListener recording() {
    return new PartListener() {
      @Override
      public void appended(Episode episode) {
        heard.add("appended " + episode.attempt());
      }

      @Override
      public void sealed(Episode episode) {
        heard.add("sealed " + episode.attempt());
      }
    };
  }
}
