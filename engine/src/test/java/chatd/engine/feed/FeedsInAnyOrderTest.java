package chatd.engine.feed;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.CommitStep.Then;
import chatd.core.chat.ChatStatus;
import chatd.core.feed.CloseReason;
import chatd.core.feed.ResumeRequest;
import chatd.core.part.Episode;
import chatd.engine.fake.FakeCarrier;
import chatd.engine.parts.PartWriter;
import chatd.engine.port.Hint;
import chatd.engine.port.TestChat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The real loops, their threads run in an order drawn from a seed: viewers come, go and stall, the
/// feed is given up and made again, the database fails for a while, every third change is told to
/// nobody. In the end everybody who is still there sees what is stored, nobody was shown a part
/// twice, and nobody waits for a wake-up that never comes. Then the replica stops, and they see its
/// last change as well before they are sent away.
class FeedsInAnyOrderTest {
  private static final int CASES = 60;

  @Test
  void everyViewerCatchesUp() {
    for (var seed = 0L; seed < CASES; seed++) {
      try {
        new Run(seed).run();
      } catch (RuntimeException | AssertionError failure) {
        throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
      }
    }
  }

  private static final class Run {
    private final SplittableRandom random;
    private final FeedStage stage;
    private final TestChat chat;
    private final List<FakeCarrier> open = new ArrayList<>();
    private @Nullable PartWriter writer;
    private int words;

    Run(long seed) {
      random = new SplittableRandom(seed);
      stage = new FeedStage(seed);
      stage.isElsewhere = random.nextBoolean();
      chat = stage.chat();
    }

    void run() {
      for (var i = 0; i < 60; i++) {
        for (var j = random.nextInt(1, 4); j > 0; j--) {
          act();
        }
        stage.thread.settle();
        open.forEach(FakeCarrier::answerPing);
        stage.store.down = random.nextInt(15) == 0;
      }
      stage.store.down = false;
      for (var i = 0; i < 5; i++) {
        stage.advance(Duration.ofSeconds(2));
        stage.relay.bring(1000);
        stage.thread.settle();
        open.forEach(this::acceptAll);
      }
      open.forEach(carrier -> assertThat(carrier.ended).isNull());
      open.forEach(this::check);
      drain();
      open.forEach(carrier -> assertThat(carrier.ended).isEqualTo(CloseReason.DRAINING));
      open.forEach(this::check);
      assertThat(stage.bugs).isEmpty();
      stage.advance(Duration.ofSeconds(6));
      assertThat(stage.relay.open).isEmpty();
      assertThat(stage.feeds.mirrorBytes()).isZero();
    }

    /// The replica stops just after the chat has changed once more.
    private void drain() {
      transact();
      stage.thread.group().threads().newThread(stage.feeds::drain).start();
      stage.thread.settle();
      open.forEach(this::acceptAll);
    }

    private void act() {
      switch (random.nextInt(14)) {
        case 0, 1 -> join();
        case 2 -> leave();
        case 3, 4 -> accept();
        case 5 -> stage.time.advance(Duration.ofMillis(random.nextInt(8_000)));
        case 6, 7, 8 -> append();
        case 9, 10 -> stage.relay.bring(random.nextInt(1, 200));
        default -> transact();
      }
    }

    private void join() {
      var carrier = new FakeCarrier();
      if (random.nextBoolean()) {
        carrier.stall();
      }
      open.add(stage.watch(chat, ResumeRequest.FRESH, carrier));
    }

    private void leave() {
      if (!open.isEmpty()) {
        open.remove(random.nextInt(open.size())).end(CloseReason.CLIENT_CLOSED);
      }
    }

    private void accept() {
      open.stream()
          .filter(carrier -> carrier.inFlight != null)
          .findAny()
          .ifPresent(FakeCarrier::accept);
    }

    private void acceptAll(FakeCarrier carrier) {
      while (carrier.inFlight != null) {
        carrier.accept();
        stage.thread.settle();
      }
    }

    private void append() {
      if (writer != null) {
        stage.append(writer, "<" + words++ + ">");
      }
    }

    private void transact() {
      if (chat.row().status() == ChatStatus.WAITING) {
        apply(chat.send("more"));
      } else if (random.nextInt(6) == 0) {
        var last = chat.visible().getFirst().id();
        stop();
        apply(chat.edit(last, "other"));
      } else if (writer == null) {
        writer = begin();
      } else {
        stop();
        var then = random.nextBoolean() ? Then.FINISH : Then.CONTINUE;
        apply(
            new ChatCommand.CommitStep(
                chat.fence(), List.of(TestChat.answer("done")), Set.of(), null, then));
      }
    }

    private void apply(ChatCommand command) {
      chat.done(command);
      announce();
    }

    private void announce() {
      if (random.nextInt(3) > 0) {
        stage.hints.announce(Hint.of(chat.row()));
      }
    }

    /// As a worker: the log is there before the attempt can be seen.
    private PartWriter begin() {
      if (chat.row().ownership() == null) {
        chat.acquired();
      } else {
        chat.done(new ChatCommand.RecordAttempt(chat.fence()));
      }
      var opened = stage.producing().open(chat.id(), Episode.of(chat.row()));
      announce();
      return opened;
    }

    private void stop() {
      if (writer != null) {
        writer.seal();
        writer = null;
      }
    }

    private void check(FakeCarrier carrier) {
      var messages = new TreeSet<Long>();
      var status = "";
      var next = 1L;
      for (var line : carrier.received) {
        var words = line.split(" ", -1);
        switch (words[0]) {
          case "message" -> assertThat(messages.add(Long.parseLong(words[1]))).isTrue();
          case "reset" -> messages.clear();
          case "preview" -> next = 1;
          case "status" -> status = words[1];
          case "part" -> {
            var ends = words[1].split("-", -1);
            assertThat(Long.parseLong(ends[0])).isEqualTo(next);
            next = Long.parseLong(ends[1]) + 1;
          }
          default -> {}
        }
      }
      assertThat(messages)
          .containsExactlyElementsOf(chat.visible().stream().map(message -> message.id()).toList());
      assertThat(status).isEqualTo(chat.row().status().name());
      var log = stage.producing().find(chat.id(), Episode.of(chat.row()));
      assertThat(next - 1).isEqualTo(log == null || !chat.row().isLive() ? 0 : log.last());
    }
  }
}
