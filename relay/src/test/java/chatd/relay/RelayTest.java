package chatd.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.part.Episode;
import chatd.core.part.PartRun;
import chatd.core.relay.Have;
import chatd.engine.port.PartsRelay;
import chatd.engine.port.Telemetry.Happening;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Both ends of links, with their real loops.
class RelayTest {
  private static final Episode EPISODE = new Episode(9, 1);

  private final RelayStage stage = new RelayStage(1);
  private final RelayStage.Replica edge = stage.replica(1);
  private final RelayStage.Replica worker = stage.replica(2);
  private final Mirror mirror = new Mirror();

  @Test
  void relayForwardsParts_fromTheFirstAndAsTheyCome() {
    var writer = worker.logs.open(RelayStage.chat(1), EPISODE);
    RelayStage.append(writer, "one ");
    stage.introduce(edge);
    watch(1, mirror);
    stage.settle();
    assertThat(text(mirror)).isEqualTo("one ");
    RelayStage.append(writer, "two");
    stage.settle();
    assertThat(text(mirror)).isEqualTo("one two");
    writer.seal();
    stage.settle();
    assertThat(mirror.heard).containsExactly("at 1 9.1.1", "ended 9.1");
  }

  @Test
  void streamOpenedBeforeTheAttempt_waitsForIt() {
    stage.introduce(edge);
    watch(1, mirror);
    stage.settle();
    assertThat(mirror.heard).containsExactly("at 1 0.0.0"); // It has no log of any episode.
    RelayStage.append(worker.logs.open(RelayStage.chat(1), EPISODE), "a");
    stage.settle();
    assertThat(text(mirror)).isEqualTo("a");
  }

  @Test
  void peerNotKnownYet_isDialedWhenItIs() {
    watch(1, mirror);
    stage.settle();
    assertThat(stage.network.dialled).isZero();
    stage.introduce(edge);
    stage.settle();
    assertThat(stage.network.wires).hasSize(1);
  }

  @Test
  void relayReconnectsOnDrop_andBringsWhatIsMissing() {
    stage.introduce(edge);
    var writer = worker.logs.open(RelayStage.chat(1), EPISODE);
    watch(1, mirror);
    stage.settle();
    RelayStage.append(writer, "a");
    stage.settle();
    stage.network.wires.getFirst().cut();
    RelayStage.append(writer, "b");
    stage.pass(Duration.ofMillis(200));
    RelayStage.append(writer, "c");
    stage.settle();
    assertThat(text(mirror)).isEqualTo("abc");
    assertThat(mirror.heard).containsExactly("at 1 9.1.0", "at 2 9.1.2");
    assertThat(edge.asked).containsExactly(Set.of(RelayStage.chat(1)));
    assertThat(stage.counted)
        .containsEntry(Happening.DIALLED, 2)
        .containsEntry(Happening.LINK_OPENED, 2)
        .containsEntry(Happening.LINK_ENDED, 1)
        .containsEntry(Happening.LINK_CUT, 1)
        .doesNotContainKey(Happening.DIAL_FAILED);
  }

  @Test
  void thousandChatsOnACutLink_areOneQuestion_andOneDial() {
    stage.introduce(edge);
    for (var i = 0; i < 1_000; i++) {
      watch(i, new Mirror());
    }
    stage.settle();
    assertThat(stage.network.dialled).isEqualTo(1);
    stage.network.wires.getFirst().cut();
    stage.pass(Duration.ofMillis(200));
    assertThat(edge.asked).hasSize(1);
    assertThat(edge.asked.getFirst()).hasSize(1_000);
    assertThat(stage.network.dialled).isEqualTo(2);
    assertThat(stage.network.wires).hasSize(1);
  }

  @Test
  void failedDial_retries() {
    stage.network.refuse(worker.name, true);
    stage.introduce(edge);
    watch(1, mirror);
    stage.pass(Duration.ofSeconds(1));
    assertThat(stage.network.dialled).isBetween(3, 5);
    stage.network.refuse(worker.name, false);
    RelayStage.append(worker.logs.open(RelayStage.chat(1), EPISODE), "a");
    stage.pass(Duration.ofSeconds(2));
    assertThat(text(mirror)).isEqualTo("a");
  }

  @Test
  void unansweredDial_isGivenUpAfterItsTime_reported_andTriedAgain() {
    stage.network.silence(worker.name, true);
    stage.introduce(edge);
    watch(1, mirror);
    stage.pass(Duration.ofMillis(2_900));
    assertThat(stage.network.dialled).isEqualTo(1);
    assertThat(stage.troubles).isEmpty();
    stage.pass(Duration.ofMillis(400));
    assertThat(stage.network.dialled).isEqualTo(2);
    assertThat(stage.troubles).containsExactly(trouble("it does not answer"));
    assertThat(stage.counted).containsEntry(Happening.DIAL_FAILED, 1);
  }

  @Test
  void peerThatCannotBeReached_isReportedOnceAMinute_andOncePerReason() {
    stage.network.refuse(worker.name, true);
    stage.introduce(edge);
    watch(1, mirror);
    stage.pass(Duration.ofSeconds(50));
    assertThat(stage.troubles).containsExactly(trouble("refused"));
    stage.pass(Duration.ofSeconds(20));
    assertThat(stage.troubles).containsExactly(trouble("refused"), trouble("refused"));
    stage.network.refuse(worker.name, false);
    stage.network.silence(worker.name, true);
    stage.pass(Duration.ofSeconds(30));
    assertThat(stage.troubles).hasSize(3).last().isEqualTo(trouble("it does not answer"));
    stage.network.silence(worker.name, false);
    stage.pass(Duration.ofSeconds(10));
    assertThat(stage.network.wires).hasSize(1);
    stage.network.refuse(worker.name, true);
    stage.network.wires.getFirst().cut();
    stage.pass(Duration.ofSeconds(10));
    assertThat(stage.troubles).hasSize(4).last().isEqualTo(trouble("refused"));
  }

  @Test
  void peerThatHangsUpOnADial_isReported() {
    stage.introduce(edge);
    worker.server.stop();
    watch(1, mirror);
    stage.pass(Duration.ofSeconds(5));
    assertThat(stage.troubles).containsExactly(trouble("it hung up"));
  }

  @Test
  void cancelDuringInFlightDial_closesTheLateLink() {
    stage.network.silence(worker.name, true);
    stage.introduce(edge);
    var stream = watch(1, mirror);
    stage.settle();
    var dial = stage.network.dials.getFirst();
    stream.close();
    stage.thread.settle();
    assertThat(dial.isCancelled()).isTrue();
    dial.connect();
    stage.settle();
    assertThat(stage.network.wires).isEmpty();
    assertThat(worker.server.members()).isZero();
  }

  @Test
  void staleDial_isDiscarded_andTheNewOneIsUsed() {
    stage.network.silence(worker.name, true);
    stage.introduce(edge);
    var stream = watch(1, mirror);
    stage.thread.settle();
    var stale = stage.network.dials.getFirst();
    stream.close();
    watch(2, mirror);
    stage.thread.settle();
    stage.network.dials.getLast().connect();
    stage.settle();
    stale.connect();
    RelayStage.append(worker.logs.open(RelayStage.chat(2), EPISODE), "a");
    stage.settle();
    assertThat(stage.network.wires).hasSize(1);
    assertThat(text(mirror)).isEqualTo("a");
  }

  @Test
  void twoChatsOnOneLink_oneMovesAwayWhileDialing() {
    stage.network.silence(worker.name, true);
    stage.introduce(edge);
    var moving = watch(1, new Mirror());
    watch(2, mirror);
    stage.thread.settle();
    moving.close();
    stage.thread.settle();
    assertThat(stage.network.dials).hasSize(1);
    assertThat(stage.network.dials.getFirst().isCancelled()).isFalse();
    stage.network.silence(worker.name, false);
    RelayStage.append(worker.logs.open(RelayStage.chat(1), EPISODE), "not wanted");
    RelayStage.append(worker.logs.open(RelayStage.chat(2), EPISODE), "a");
    stage.settle();
    assertThat(text(mirror)).isEqualTo("a");
  }

  @Test
  void halfOpenLink_isFoundOutAndReplaced() {
    stage.introduce(edge);
    var writer = worker.logs.open(RelayStage.chat(1), EPISODE);
    watch(1, mirror);
    stage.settle();
    stage.network.wires.getFirst().accepting.vanish();
    RelayStage.append(writer, "a");
    stage.pass(Duration.ofMillis(4_900));
    assertThat(text(mirror)).isEmpty();
    stage.pass(Duration.ofMillis(300));
    assertThat(text(mirror)).isEqualTo("a");
  }

  @Test
  void halfOpenLink_isLetGoByTheSendingEndToo() {
    stage.introduce(edge);
    watch(1, mirror);
    stage.settle();
    assertThat(worker.server.members()).isEqualTo(1);
    stage.network.refuse(worker.name, true);
    stage.network.wires.getFirst().dialing.vanish();
    stage.pass(Duration.ofSeconds(8));
    assertThat(worker.server.members()).isZero();
  }

  @Test
  void quietLinkWithStreams_isKept() {
    stage.introduce(edge);
    watch(1, mirror);
    stage.pass(Duration.ofMinutes(2));
    assertThat(stage.network.dialled).isEqualTo(1);
    assertThat(stage.network.wires).hasSize(1);
  }

  @Test
  void unusedLink_isClosedAfterHalfAMinute() {
    stage.introduce(edge);
    var stream = watch(1, mirror);
    stage.settle();
    stream.close();
    stage.pass(Duration.ofSeconds(29));
    assertThat(stage.network.wires).hasSize(1);
    stage.pass(Duration.ofSeconds(2));
    assertThat(stage.network.wires).isEmpty();
    assertThat(worker.server.members()).isZero();
  }

  @Test
  void ask_isAnsweredWithItsNumber() {
    stage.introduce(edge);
    var writer = worker.logs.open(RelayStage.chat(1), EPISODE);
    var stream = watch(1, mirror);
    RelayStage.append(writer, "a");
    stage.settle();
    assertThat(stream.ask()).isEqualTo(2);
    stage.settle();
    assertThat(mirror.heard).contains("at 2 9.1.1");
    assertThat(text(mirror)).isEqualTo("a");
  }

  @Test
  void streamClosedJustAfterAnAsking_isNotServedAnyMore() {
    stage.introduce(edge);
    var writer = worker.logs.open(RelayStage.chat(1), EPISODE);
    var stream = watch(1, mirror);
    stage.settle();
    stream.ask();
    stream.close();
    stage.settle();
    var before = stage.network.wires.getFirst().messagesDelivered;
    RelayStage.append(writer, "for nobody");
    stage.settle();
    assertThat(stage.network.wires.getFirst().messagesDelivered).isEqualTo(before);
  }

  @Test
  void droppedMirror_isFilledAgainFromOne_withOneQuestion() {
    stage.introduce(edge);
    var writer = worker.logs.open(RelayStage.chat(1), EPISODE);
    watch(1, mirror);
    for (var i = 0; i < 5; i++) {
      RelayStage.append(writer, "x");
    }
    stage.settle();
    mirror.drop();
    RelayStage.append(writer, "y");
    stage.settle();
    assertThat(text(mirror)).isEqualTo("xxxxxy");
    assertThat(mirror.gaps).isEqualTo(1);
    assertThat(mirror.heard).containsExactly("at 1 9.1.5", "at 2 9.1.6");
  }

  @Test
  void newAttempt_takesThePlaceOfTheOldOne() {
    stage.introduce(edge);
    var first = worker.logs.open(RelayStage.chat(1), EPISODE);
    watch(1, mirror);
    RelayStage.append(first, "old");
    stage.settle();
    RelayStage.append(worker.logs.open(RelayStage.chat(1), new Episode(9, 2)), "new");
    stage.settle();
    assertThat(text(mirror)).isEqualTo("new");
    assertThat(requireNonNull(mirror.log).episode()).isEqualTo(new Episode(9, 2));
  }

  @Test
  void wrongSecret_isFinal_andToldOnce() {
    var foreign = stage.replica(3, new ClusterSecret("of another cluster"));
    stage.introduce(edge);
    edge.relay.open(foreign.id, RelayStage.chat(1), mirror);
    stage.pass(Duration.ofSeconds(20));
    assertThat(edge.relay.refused()).containsExactly(foreign.id);
    assertThat(stage.network.dialled).isEqualTo(1);
    assertThat(stage.troubles).hasSize(1);
    assertThat(edge.asked).isEmpty();
    assertThat(foreign.server.members()).isZero();
  }

  @Test
  void otherReplicaAtTheAddress_isNotListenedTo_andTheOwnersAreAsked() {
    stage.introduce(edge);
    var other = stage.replica(3);
    stage.network.listen(worker.name, other.server);
    watch(1, mirror);
    watch(2, mirror);
    stage.pass(Duration.ofSeconds(20));
    assertThat(edge.asked).containsExactly(Set.of(RelayStage.chat(1), RelayStage.chat(2)));
    assertThat(stage.network.dialled).isEqualTo(1);
    assertThat(stage.network.wires).isEmpty();
    assertThat(stage.troubles).containsExactly(trouble("replica " + other.id + " is there"));
  }

  @Test
  void deadPeer_isLetGo() {
    stage.introduce(edge);
    var stream = watch(1, mirror);
    stage.settle();
    stage.forget(worker);
    stage.introduce(edge);
    stage.pass(Duration.ofSeconds(20));
    assertThat(stage.network.wires).isEmpty();
    assertThat(stage.network.dialled).isEqualTo(1);
    stream.close();
    stage.settle();
    assertThat(stage.time.pending()).isZero();
  }

  @Test
  void secondLinkOfOneReplica_replacesTheFirst() {
    stage.introduce(edge);
    watch(1, mirror);
    stage.settle();
    stage.network.wires.getFirst().dialing.vanish();
    var sameAgain = stage.replica(1);
    stage.introduce(sameAgain);
    sameAgain.relay.open(worker.id, RelayStage.chat(1), mirror);
    stage.settle();
    assertThat(worker.server.members()).isEqualTo(1);
    assertThat(stage.network.wires).hasSize(1);
  }

  @Test
  void strangersInEveryPlace_keepNoReplicaOut() {
    for (var i = 0; i < 64; i++) {
      worker.server.accept(new FakeNetwork.End());
    }
    stage.introduce(edge);
    RelayStage.append(worker.logs.open(RelayStage.chat(1), EPISODE), "a");
    watch(1, mirror);
    stage.settle();
    assertThat(text(mirror)).isEqualTo("a");
  }

  @Test
  void strangers_haveThreeSeconds_andAreSoMany() {
    var ends = new ArrayList<FakeNetwork.End>();
    for (var i = 0; i < 70; i++) {
      var end = new FakeNetwork.End();
      worker.server.accept(end);
      ends.add(end);
    }
    stage.settle();
    assertThat(ends.stream().filter(end -> end.over)).hasSize(6);
    stage.pass(Duration.ofMillis(2_900));
    assertThat(ends.stream().filter(end -> end.over)).hasSize(6);
    stage.pass(Duration.ofMillis(200));
    assertThat(ends.stream().filter(end -> end.over)).hasSize(70);
  }

  @Test
  void linkThatTakesNothing_costsOthersNothing() {
    var other = stage.replica(3);
    var theirs = new Mirror();
    stage.introduce(edge);
    stage.introduce(other);
    var writer = worker.logs.open(RelayStage.chat(1), EPISODE);
    watch(1, mirror);
    other.relay.open(worker.id, RelayStage.chat(1), theirs);
    stage.settle();
    var slow = stage.network.wires.stream().filter(w -> w.from.equals(edge.name)).findFirst();
    slow.orElseThrow().stalled = true;
    for (var i = 0; i < 100; i++) {
      RelayStage.append(writer, "x");
      stage.settle();
    }
    assertThat(text(theirs)).hasSize(100);
    var before = slow.orElseThrow().messagesDelivered;
    slow.orElseThrow().stalled = false;
    stage.settle();
    assertThat(text(mirror)).hasSize(100);
    assertThat(slow.orElseThrow().messagesDelivered - before).isLessThan(5);
  }

  @Test
  void stop_breaksBothEnds() {
    stage.introduce(edge);
    watch(1, mirror);
    stage.settle();
    edge.relay.stop();
    worker.server.stop();
    stage.settle();
    assertThat(stage.network.wires).isEmpty();
    assertThat(stage.time.pending()).isZero();
  }

  @Test
  void afterTheStop_nobodyIsDialled() {
    stage.introduce(edge);
    edge.relay.stop();
    watch(1, mirror);
    stage.settle();
    assertThat(stage.network.dialled).isZero();
  }

  @Test
  void receiverWithoutMemory_losesItsStream_andNoOtherOne() {
    stage.introduce(edge);
    stage.mayBreak = true;
    watch(1, new Exhausted());
    watch(2, mirror);
    RelayStage.append(worker.logs.open(RelayStage.chat(1), EPISODE), "too much");
    RelayStage.append(worker.logs.open(RelayStage.chat(2), EPISODE), "a");
    stage.settle();
    assertThat(text(mirror)).isEqualTo("a");
    assertThat(stage.network.dialled).isEqualTo(1);
  }

  @Test
  void manyConsecutiveReconnects_loseAndRepeatNothing() {
    stage.introduce(edge);
    var writer = worker.logs.open(RelayStage.chat(1), EPISODE);
    watch(1, mirror);
    var expected = new StringBuilder();
    for (var i = 0; i < 50; i++) {
      RelayStage.append(writer, "<" + i + ">");
      expected.append('<').append(i).append('>');
      stage.settle();
      stage.network.wires.forEach(FakeNetwork.Wire::cut);
      RelayStage.append(writer, "[" + i + "]");
      expected.append('[').append(i).append(']');
      stage.pass(Duration.ofMillis(200));
    }
    assertThat(text(mirror)).isEqualTo(expected.toString());
    assertThat(requireNonNull(mirror.log).last()).isEqualTo(100);
  }

  @Test
  void loopThatBroke_isReplacedForTheNextStream() {
    stage.introduce(edge);
    stage.mayBreak = true;
    watch(
        1,
        new Exhausted() {
          @Override
          public Have have() {
            throw new OutOfMemoryError("so the test says");
          }
        });
    stage.settle();
    assertThat(stage.network.wires).isEmpty();
    RelayStage.append(worker.logs.open(RelayStage.chat(2), EPISODE), "a");
    watch(2, mirror);
    stage.settle();
    assertThat(text(mirror)).isEqualTo("a");
  }

  private String trouble(String reason) {
    return "dialling replica %s at %s: %s".formatted(worker.id, worker.name, reason);
  }

  private PartsRelay.Stream watch(int chat, PartsRelay.Receiver receiver) {
    return edge.relay.open(worker.id, RelayStage.chat(chat), receiver);
  }

  private static String text(Mirror mirror) {
    var frame = mirror.log == null ? null : mirror.log.read(1, 1 << 20);
    return frame == null
        ? ""
        : new String(frame.delta().array(), frame.delta().from(), frame.delta().length(), US_ASCII);
  }

  private static class Exhausted implements PartsRelay.Receiver {
    @Override
    public Have have() {
      return Have.NOTHING;
    }

    @Override
    public boolean parts(PartRun run) {
      throw new OutOfMemoryError("so the test says");
    }

    @Override
    public void at(long ask, Episode episode, long last) {}

    @Override
    public void ended(Episode episode) {}
  }
}
