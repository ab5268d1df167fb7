package chatd.relay;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.ChatId;
import chatd.core.part.Episode;
import chatd.core.part.PartLog;
import chatd.engine.parts.PartWriter;
import chatd.engine.port.PartsRelay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Two edges listen to two workers over connections that are cut, stall, lie about being open, and
/// are answered late, in an order drawn from a seed. At every moment each mirror is the beginning
/// of its worker's log, and in the end it is all of it; and what nobody wants is not sent.
class RelayInAnyOrderTest {
  private static final int CASES = 150;
  private static final int CHATS = 4;

  private int cuts;
  private int tooLate;
  private int gaps;
  private int compared;

  @Test
  void everyMirrorIsTheBeginningOfItsLog_andInTheEndAllOfIt() {
    for (var seed = 0L; seed < CASES; seed++) {
      try {
        new Run(seed).run();
      } catch (RuntimeException | AssertionError failure) {
        throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
      }
    }
    assertThat(List.of(cuts, tooLate, gaps, compared)).as("it happened").allMatch(n -> n > 100);
  }

  private record LogKey(ChatId chat, Episode episode) {}

  /// What one edge has of one chat.
  private static final class Watch {
    private final RelayStage.Replica edge;
    private final RelayStage.Replica worker;
    private final ChatId chat;
    private final Mirror mirror = new Mirror();
    private PartsRelay.@Nullable Stream stream;

    Watch(RelayStage.Replica edge, RelayStage.Replica worker, ChatId chat) {
      this.edge = edge;
      this.worker = worker;
      this.chat = chat;
    }

    void openOrClose() {
      if (stream == null) {
        stream = edge.relay.open(worker.id, chat, mirror);
      } else {
        stream.close();
        stream = null;
      }
    }
  }

  private final class Run {
    private final SplittableRandom random;
    private final RelayStage stage;
    private final List<RelayStage.Replica> edges;
    private final List<RelayStage.Replica> workers;
    private final List<Watch> watches = new ArrayList<>();
    private final Map<ChatId, PartWriter> writers = new HashMap<>();
    private final Map<ChatId, Episode> newest = new HashMap<>();
    private final Map<LogKey, PartLog> logs = new HashMap<>();
    private int words;

    Run(long seed) {
      random = new SplittableRandom(seed);
      stage = new RelayStage(seed);
      edges = List.of(stage.replica(1), stage.replica(2));
      workers = List.of(stage.replica(3), stage.replica(4));
      edges.forEach(stage::introduce);
      for (var edge : edges) {
        for (var i = 0; i < CHATS; i++) {
          watches.add(new Watch(edge, workers.get(i % 2), RelayStage.chat(i)));
        }
      }
      for (var i = 0; i < CHATS; i++) {
        begin(i);
      }
    }

    void run() {
      for (var i = 0; i < 150; i++) {
        act();
        if (random.nextInt(3) > 0) {
          stage.settle();
          check();
        }
      }
      heal();
      watches.forEach(this::checkComplete);
      checkSilence();
    }

    private void act() {
      switch (random.nextInt(14)) {
        case 0, 1, 2, 3, 4 -> append();
        case 5, 6 -> watches.get(random.nextInt(watches.size())).openOrClose();
        case 7 -> {
          var stream = watches.get(random.nextInt(watches.size())).stream;
          if (stream != null) {
            stream.ask();
          }
        }
        case 8 -> watches.get(random.nextInt(watches.size())).mirror.drop();
        case 9 -> begin(random.nextInt(CHATS));
        case 10 -> disturb();
        case 11 -> answerLate();
        case 12 -> {
          var address = workers.get(random.nextInt(2)).name;
          stage.network.silence(address, random.nextInt(3) == 0);
          stage.network.refuse(address, random.nextInt(3) == 0);
        }
        default -> stage.pass(Duration.ofMillis(random.nextInt(3_000)));
      }
    }

    private void begin(int number) {
      var chat = RelayStage.chat(number);
      var old = writers.get(chat);
      if (old != null) {
        old.seal();
      }
      var before = newest.getOrDefault(chat, new Episode(9, 0));
      var next =
          random.nextBoolean()
              ? new Episode(before.historyVersion(), before.attempt() + 1)
              : new Episode(before.historyVersion() + 3, 1);
      newest.put(chat, next);
      var worker = workers.get(number % 2);
      writers.put(chat, worker.logs.open(chat, next));
      logs.put(new LogKey(chat, next), requireNonNull(worker.logs.newest(chat)));
    }

    private void append() {
      var writer = requireNonNull(writers.get(RelayStage.chat(random.nextInt(CHATS))));
      for (var i = random.nextInt(1, 20); i > 0; i--) {
        RelayStage.append(writer, "<" + words++ + ">");
      }
      if (random.nextInt(50) == 0) {
        RelayStage.append(writer, "x".repeat(300_000));
      }
    }

    private void disturb() {
      if (stage.network.wires.isEmpty()) {
        return;
      }
      cuts++;
      var wire = stage.network.wires.get(random.nextInt(stage.network.wires.size()));
      switch (random.nextInt(4)) {
        case 0 -> wire.cut();
        case 1 -> wire.stalled = !wire.stalled;
        case 2 -> wire.accepting.vanish();
        default -> wire.dialing.vanish();
      }
    }

    private void answerLate() {
      if (!stage.network.dials.isEmpty()) {
        var dials = stage.network.dials;
        dials.get(random.nextInt(dials.size())).connect();
      }
    }

    private void check() {
      for (var watch : watches) {
        var mirror = watch.mirror.log;
        if (mirror != null) {
          var log = requireNonNull(logs.get(new LogKey(watch.chat, mirror.episode())));
          assertThat(mirror.last()).isLessThanOrEqualTo(log.last());
          assertBeginning(mirror, log);
        }
      }
      var used =
          stage.network.wires.stream()
              .filter(wire -> !wire.dialing.over)
              .collect(Collectors.groupingBy(wire -> wire.from + wire.to, Collectors.counting()));
      assertThat(used.values()).allMatch(count -> count == 1);
    }

    /// Compared from a few numbers on, which is enough: the parts are all different.
    private void assertBeginning(PartLog mirror, PartLog log) {
      for (var i = 0; i < 3 && mirror.last() > 0; i++) {
        var seq = random.nextLong(1, mirror.last() + 1);
        var mine = requireNonNull(mirror.readRun(seq, 1)).partsFrom(seq).getFirst();
        var theirs = requireNonNull(log.readRun(seq, 1)).partsFrom(seq).getFirst();
        assertThat(mine.delta()).isEqualTo(theirs.delta());
        assertThat(mine.head()).isEqualTo(theirs.head());
        compared++;
      }
    }

    private void heal() {
      for (var worker : workers) {
        stage.network.silence(worker.name, false);
        stage.network.refuse(worker.name, false);
      }
      stage.network.wires.forEach(wire -> wire.stalled = false);
      stage.pass(Duration.ofSeconds(20));
      check();
      tooLate += stage.network.connectedTooLate;
      watches.forEach(watch -> gaps += watch.mirror.gaps);
    }

    private void checkSilence() {
      watches.stream().filter(watch -> watch.stream != null).forEach(Watch::openOrClose);
      stage.settle();
      var before = delivered();
      writers.values().forEach(writer -> RelayStage.append(writer, "for nobody"));
      stage.settle();
      assertThat(delivered()).isEqualTo(before);
    }

    private List<Integer> delivered() {
      return stage.network.wires.stream().map(wire -> wire.messagesDelivered).toList();
    }

    private void checkComplete(Watch watch) {
      if (watch.stream == null) {
        return;
      }
      var episode = requireNonNull(newest.get(watch.chat));
      var log = requireNonNull(logs.get(new LogKey(watch.chat, episode)));
      if (log.last() > 0) {
        var mirror = requireNonNull(watch.mirror.log);
        assertThat(mirror.episode()).isEqualTo(episode);
        // A mirror that was just dropped is filled by the next part; until then by an asking.
        if (mirror.last() < log.last()) {
          watch.stream.ask();
          stage.settle();
        }
        assertThat(mirror.last()).isEqualTo(log.last());
      }
    }
  }
}
