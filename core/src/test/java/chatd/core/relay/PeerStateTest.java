package chatd.core.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.core.chat.BrokenInvariant;
import chatd.core.message.ChatId;
import chatd.core.relay.PeerState.Moment;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Each rule of the dialling end, and the races between chats, dialling and links.
class PeerStateTest {
  private static final ChatId CHAT = chat(1);
  private static final ChatId OTHER = chat(2);

  private PeerState peer = PeerState.of(RelayTimes.DEFAULT);
  private long now = 7;
  private double chance;

  @Test
  void firstStream_dials() {
    on(new PeerEvent.AddressChanged());
    assertThat(on(new PeerEvent.Wanted(1, CHAT))).containsExactly(new PeerAction.Dial(1));
  }

  @Test
  void firstStream_beforeTheAddressIsKnown_dialsWhenItIs() {
    assertThat(on(new PeerEvent.Wanted(1, CHAT))).isEmpty();
    assertThat(peer.alarmAt()).isEmpty();
    assertThat(on(new PeerEvent.AddressChanged())).containsExactly(new PeerAction.Dial(1));
  }

  @Test
  void moreStreamsWhileDialing_areOpenedInOneWrite() {
    dialing(1);
    assertThat(on(new PeerEvent.Wanted(2, OTHER))).isEmpty();
    assertThat(on(new PeerEvent.Wanted(3, chat(3)))).isEmpty();
    on(new PeerEvent.Unwanted(2));
    assertThat(on(new PeerEvent.Dialed(1)))
        .containsExactly(new PeerAction.Open(1, List.of(1L, 3L)));
  }

  @Test
  void cancelDuringInFlightDial_closesWhatStillComes() {
    dialing(1);
    assertThat(on(new PeerEvent.Unwanted(1))).containsExactly(new PeerAction.CancelDial(1));
    assertThat(peer.contact()).isEqualTo(new Contact.Closed());
    assertThat(on(new PeerEvent.Dialed(1))).containsExactly(new PeerAction.CloseLink(1));
    assertThat(on(new PeerEvent.DialFailed(1))).isEmpty();
  }

  @Test
  void staleDial_isDiscarded() {
    dialing(1);
    on(new PeerEvent.Unwanted(1));
    assertThat(on(new PeerEvent.Wanted(2, CHAT))).containsExactly(new PeerAction.Dial(2));
    assertThat(on(new PeerEvent.Dialed(1))).containsExactly(new PeerAction.CloseLink(1));
    assertThat(on(new PeerEvent.DialFailed(1))).isEmpty();
    assertThat(on(new PeerEvent.DialRefused(1))).isEmpty();
    assertThat(on(new PeerEvent.OtherAnswered(1))).isEmpty();
    assertThat(on(new PeerEvent.Dialed(2))).containsExactly(new PeerAction.Open(2, List.of(2L)));
  }

  @Test
  void twoChatsOnOneLink_oneMovesAwayWhileDialing_theOtherIsOpened() {
    dialing(1);
    on(new PeerEvent.Wanted(2, OTHER));
    assertThat(on(new PeerEvent.Unwanted(1))).isEmpty();
    assertThat(on(new PeerEvent.Dialed(1))).containsExactly(new PeerAction.Open(1, List.of(2L)));
  }

  @Test
  void failedDial_retriesLaterAndLater() {
    dialing(1);
    var waits = new long[8];
    for (var i = 0; i < waits.length; i++) {
      assertThat(on(new PeerEvent.DialFailed(peer.lastDial()))).isEmpty();
      waits[i] = (peer.alarmAt().orElseThrow() - now) / 1_000_000;
      now = peer.alarmAt().orElseThrow();
      assertThat(on(new PeerEvent.Alarm())).containsExactly(new PeerAction.Dial(peer.lastDial()));
    }
    assertThat(waits).containsExactly(100, 200, 400, 800, 1600, 3200, 5000, 5000);
  }

  @Test
  void backoff_isShortenedByChance_byHalfAtMost() {
    dialing(1);
    chance = 1;
    on(new PeerEvent.DialFailed(1));
    assertThat(peer.alarmAt()).hasValue(now + 50_000_000);
  }

  @Test
  void dialTimer_givesUpAndRetries() {
    dialing(1);
    pass(Duration.ofMillis(2_999));
    assertThat(on(new PeerEvent.Alarm())).isEmpty();
    pass(Duration.ofMillis(1));
    assertThat(on(new PeerEvent.Alarm()))
        .containsExactly(new PeerAction.CancelDial(1), new PeerAction.TellUnanswered());
    assertThat(peer.contact()).isInstanceOf(Contact.Backoff.class);
    assertThat(on(new PeerEvent.Dialed(1))).containsExactly(new PeerAction.CloseLink(1));
  }

  @Test
  void backoff_withoutStreams_isOver() {
    dialing(1);
    on(new PeerEvent.DialFailed(1));
    assertThat(on(new PeerEvent.Unwanted(1))).isEmpty();
    assertThat(peer.contact()).isEqualTo(new Contact.Closed());
    assertThat(peer.alarmAt()).isEmpty();
  }

  @Test
  void refusedCredentials_areFinalUntilTheRecordChanges() {
    dialing(1);
    assertThat(on(new PeerEvent.DialRefused(1))).containsExactly(new PeerAction.TellRefused());
    assertThat(on(new PeerEvent.Wanted(2, OTHER))).isEmpty();
    assertThat(peer.alarmAt()).isEmpty();
    assertThat(on(new PeerEvent.AddressChanged())).containsExactly(new PeerAction.Dial(2));
  }

  @Test
  void refused_withoutStreamsWhenTheRecordChanges_waitsForOne() {
    dialing(1);
    on(new PeerEvent.DialRefused(1));
    on(new PeerEvent.Unwanted(1));
    assertThat(on(new PeerEvent.AddressChanged())).isEmpty();
    assertThat(on(new PeerEvent.Wanted(2, CHAT))).containsExactly(new PeerAction.Dial(2));
  }

  @Test
  void otherIdAnswers_isFinal_andAsksTheOwnersOfAllChatsAtOnce() {
    dialing(1);
    on(new PeerEvent.Wanted(2, OTHER));
    assertThat(on(new PeerEvent.OtherAnswered(1))).containsExactly(asksFor(CHAT, OTHER));
    assertThat(peer.contact()).isEqualTo(new Contact.Gone());
    assertThat(on(new PeerEvent.Wanted(3, chat(3)))).isEmpty();
    assertThat(on(new PeerEvent.Unwanted(1))).isEmpty();
    assertThat(peer.alarmAt()).isEmpty();
  }

  @Test
  void linkLost_asksOnceForAThousandChats_andDialsWhetherOrNotItIsAnswered() {
    dialing(1);
    var chats = new HashSet<ChatId>();
    chats.add(CHAT);
    for (var i = 2; i <= 1_000; i++) {
      chats.add(chat(i));
      on(new PeerEvent.Wanted(i, chat(i)));
    }
    on(new PeerEvent.Dialed(1));
    assertThat(on(new PeerEvent.LinkLost(1))).containsExactly(new PeerAction.AskOwners(chats));
    now = peer.alarmAt().orElseThrow();
    assertThat(on(new PeerEvent.Alarm())).containsExactly(new PeerAction.Dial(2));
    var opened = on(new PeerEvent.Dialed(2));
    assertThat(opened).hasSize(1);
    assertThat(((PeerAction.Open) opened.getFirst()).streams()).hasSize(1_000);
  }

  @Test
  void streamsOnAnOpenLink_areOpenedAndClosedOneByOne() {
    open(1);
    assertThat(on(new PeerEvent.Wanted(2, OTHER)))
        .containsExactly(new PeerAction.Open(1, List.of(2L)));
    assertThat(on(new PeerEvent.Asked(2))).containsExactly(new PeerAction.Open(1, List.of(2L)));
    assertThat(on(new PeerEvent.Unwanted(2))).containsExactly(new PeerAction.CloseStream(1, 2));
    assertThat(on(new PeerEvent.Asked(2))).isEmpty();
    assertThat(on(new PeerEvent.Unwanted(2))).isEmpty();
  }

  @Test
  void streamNumbers_areNeverUsedAgain() {
    open(1);
    on(new PeerEvent.Unwanted(1));
    assertThatThrownBy(() -> on(new PeerEvent.Wanted(1, CHAT))).isInstanceOf(BrokenInvariant.class);
  }

  @Test
  void openLink_isPingedEveryTwoSeconds_andLivesWhileBytesCome() {
    open(1);
    for (var i = 0; i < 20; i++) {
      pass(Duration.ofSeconds(2));
      assertThat(on(new PeerEvent.Alarm())).containsExactly(new PeerAction.Ping(1));
      on(new PeerEvent.Heard(1));
    }
  }

  @Test
  void linkWithoutAByteForFiveSeconds_isDead() {
    open(1);
    pass(Duration.ofSeconds(2));
    on(new PeerEvent.Alarm());
    pass(Duration.ofSeconds(2));
    on(new PeerEvent.Alarm());
    pass(Duration.ofMillis(999));
    assertThat(on(new PeerEvent.Alarm())).isEmpty();
    pass(Duration.ofMillis(1));
    assertThat(on(new PeerEvent.Alarm()))
        .containsExactly(new PeerAction.CloseLink(1), asksFor(CHAT));
    assertThat(peer.contact()).isInstanceOf(Contact.Backoff.class);
    assertThat(on(new PeerEvent.LinkLost(1))).isEmpty();
  }

  @Test
  void linkWithoutStreams_isClosedAfterThirtySeconds() {
    open(1);
    on(new PeerEvent.Unwanted(1));
    pass(Duration.ofSeconds(29));
    assertThat(on(new PeerEvent.Alarm())).isEmpty();
    pass(Duration.ofSeconds(1));
    assertThat(on(new PeerEvent.Alarm())).containsExactly(new PeerAction.CloseLink(1));
    assertThat(peer.contact()).isEqualTo(new Contact.Closed());
  }

  @Test
  void linkUsedAgainAfterAWhile_isNotTakenForDead() {
    open(1);
    on(new PeerEvent.Unwanted(1));
    pass(Duration.ofSeconds(20));
    on(new PeerEvent.Wanted(2, CHAT));
    assertThat(on(new PeerEvent.Alarm())).isEmpty();
    assertThat(peer.contact()).isInstanceOf(Contact.Open.class);
  }

  @Test
  void linkWithoutStreams_lost_isNotDialedAgain() {
    open(1);
    on(new PeerEvent.Unwanted(1));
    assertThat(on(new PeerEvent.LinkLost(1))).isEmpty();
    assertThat(peer.contact()).isEqualTo(new Contact.Closed());
  }

  @Test
  void manyConsecutiveReconnects_comeEverMoreSlowly_untilPartsCome() {
    dialing(1);
    for (var i = 1; i <= 30; i++) {
      on(new PeerEvent.Dialed(i));
      on(new PeerEvent.LinkLost(i));
      now = peer.alarmAt().orElseThrow();
      on(new PeerEvent.Alarm());
    }
    assertThat(failures()).isEqualTo(30);
    on(new PeerEvent.Dialed(31));
    on(new PeerEvent.PartsCame(31));
    on(new PeerEvent.LinkLost(31));
    assertThat(peer.alarmAt()).hasValue(now + 100_000_000);
  }

  @Test
  void tenSecondsOfAnsweredPings_forgetFailuresToo() {
    dialing(1);
    on(new PeerEvent.DialFailed(1));
    now = peer.alarmAt().orElseThrow();
    on(new PeerEvent.Alarm());
    on(new PeerEvent.Dialed(2));
    pass(Duration.ofSeconds(8));
    on(new PeerEvent.Ponged(2));
    assertThat(failures()).isEqualTo(1);
    pass(Duration.ofSeconds(2));
    on(new PeerEvent.Ponged(2));
    assertThat(failures()).isZero();
  }

  @Test
  void whatAnOlderLinkBrings_changesNothing() {
    open(1);
    on(new PeerEvent.LinkLost(1));
    now = peer.alarmAt().orElseThrow();
    on(new PeerEvent.Alarm());
    on(new PeerEvent.Dialed(2));
    var before = peer;
    pass(Duration.ofSeconds(1));
    on(new PeerEvent.Heard(1));
    on(new PeerEvent.PartsCame(1));
    on(new PeerEvent.Ponged(1));
    on(new PeerEvent.LinkLost(1));
    assertThat(peer).isEqualTo(before);
  }

  @Test
  void deadPeer_isGone_whateverWasGoingOn() {
    dialing(1);
    assertThat(on(new PeerEvent.Died())).containsExactly(new PeerAction.CancelDial(1));
    assertThat(peer.contact()).isEqualTo(new Contact.Gone());

    peer = PeerState.of(RelayTimes.DEFAULT);
    open(1);
    assertThat(on(new PeerEvent.Died())).containsExactly(new PeerAction.CloseLink(1));
    assertThat(on(new PeerEvent.LinkLost(1))).isEmpty();
    assertThat(on(new PeerEvent.Wanted(2, OTHER))).isEmpty();

    peer = PeerState.of(RelayTimes.DEFAULT);
    assertThat(on(new PeerEvent.Died())).isEmpty();
    assertThat(on(new PeerEvent.Wanted(1, CHAT))).isEmpty();
  }

  private void dialing(long dial) {
    on(new PeerEvent.AddressChanged());
    assertThat(on(new PeerEvent.Wanted(1, CHAT))).containsExactly(new PeerAction.Dial(dial));
  }

  private void open(long dial) {
    dialing(dial);
    on(new PeerEvent.Dialed(dial));
  }

  private List<PeerAction> on(PeerEvent event) {
    var step = peer.on(event, new Moment(now, chance));
    peer = step.next();
    return step.actions();
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private int failures() {
    return switch (peer.contact()) {
      case Contact.Dialing dialing -> dialing.failures();
      case Contact.Open open -> open.failures();
      case Contact.Backoff backoff -> backoff.failures();
      case Contact.Closed _, Contact.Refused _, Contact.Gone _ -> -1;
    };
  }

  private static PeerAction asksFor(ChatId... chats) {
    return new PeerAction.AskOwners(new HashSet<>(List.of(chats)));
  }

  private static ChatId chat(int number) {
    return new ChatId(new UUID(0, number));
  }
}
