package chatd.engine.feed;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.CommitStep.Then;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.ReplicaId;
import chatd.core.feed.CloseReason;
import chatd.core.feed.ResumeRequest;
import chatd.core.part.Episode;
import chatd.core.part.PartLog;
import chatd.engine.fake.FakeCarrier;
import chatd.engine.feed.FakeRelay.FakeStream;
import chatd.engine.parts.PartLogs;
import chatd.engine.parts.PartWriter;
import chatd.engine.port.Hint;
import chatd.engine.port.TestChat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A chat that goes from one replica to the other, this one among them, while viewers come here
/// with nothing or with what they got elsewhere. Hints are lost, links bring little at a time,
/// owners die and leave. Whoever is still there in the end has the text of the newest log, each
/// part once, and nobody who was given parts of an attempt had to begin it anew.
class OwnersInAnyOrderTest {
  private static final int CASES = 400;

  @Test
  void everyViewerHasWhatTheOwnerNumbered() {
    for (var seed = 0L; seed < CASES; seed++) {
      try {
        new Run(seed).run();
      } catch (RuntimeException | AssertionError failure) {
        throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
      }
    }
  }

  /// A connection, and what its client had before: the messages, and of which attempt the text up
  /// to which part.
  private record Client(
      FakeCarrier carrier, Set<Long> messages, String attempt, String text, long seq) {}

  private static final class Run {
    private final SplittableRandom random;
    private final FeedStage stage;
    private final TestChat chat;
    private final List<ReplicaId> others = new ArrayList<>();
    private final List<Client> open = new ArrayList<>();
    private @Nullable PartWriter writer;
    private int words;

    Run(long seed) {
      random = new SplittableRandom(seed);
      stage = new FeedStage(seed);
      chat = stage.chat();
      stage.fixture.directory().register(FeedStage.ME, "http://me", "test");
      others.add(another());
      others.add(another());
    }

    private ReplicaId another() {
      var id = new ReplicaId(new UUID(random.nextLong(), 1));
      stage.fixture.directory().register(id, "http://" + id, "test");
      var limits = new PartLogs.Limits(Duration.ofSeconds(15), 1L << 30);
      stage.relay.owners.put(id, new PartLogs(stage.time, limits));
      return id;
    }

    void run() {
      for (var i = 0; i < 200; i++) {
        act();
        if (random.nextBoolean()) {
          stage.thread.settle();
        }
        open.forEach(client -> client.carrier().answerPing());
      }
      for (var i = 0; i < 5; i++) {
        append();
        stage.advance(Duration.ofSeconds(2));
        stage.relay.bring(1000);
        stage.thread.settle();
        open.forEach(client -> acceptAll(client.carrier()));
      }
      open.forEach(this::check);
      assertThat(stage.bugs).isEmpty();
      open.forEach(client -> client.carrier().end(CloseReason.CLIENT_CLOSED));
      stage.advance(Duration.ofSeconds(6));
      assertThat(stage.relay.open).isEmpty();
      assertThat(stage.feeds.mirrorBytes()).isZero();
    }

    private void act() {
      switch (random.nextInt(20)) {
        case 0 -> open.add(join());
        case 1, 2 -> open.add(comeFromElsewhere());
        case 3, 4 -> leave();
        case 5, 6, 7 -> accept();
        case 8 -> stage.time.advance(Duration.ofMillis(random.nextInt(2_000)));
        case 9, 10, 11 -> append();
        case 12, 13, 14 ->
            List.copyOf(stage.relay.open).forEach(stream -> stream.bring(bytesMax()));
        case 15, 16, 17 -> List.copyOf(stage.relay.open).forEach(FakeStream::answer);
        case 18 -> change(() -> apply(chat.send("more")));
        default -> change(this::goOn);
      }
    }

    private int bytesMax() {
      return random.nextInt(1, 200);
    }

    private Client join() {
      return new Client(watch(ResumeRequest.FRESH), Set.of(), "", "", 0);
    }

    /// A client that was served somewhere else until now, where more parts may have come already.
    private Client comeFromElsewhere() {
      var row = chat.row();
      var log = newest();
      if (log == null || !row.isLive()) {
        return join();
      }
      var seq = log.last() - random.nextLong(Math.min(3, log.last() + 1));
      var held = new TreeSet<>(visible());
      var attempt = row.versions().attempt();
      var request = new ResumeRequest(row.versions().history(), attempt, seq, held.last());
      return new Client(watch(request), held, Long.toString(attempt), text(log, seq), seq);
    }

    private FakeCarrier watch(ResumeRequest request) {
      var carrier = new FakeCarrier();
      if (random.nextBoolean()) {
        carrier.stall();
      }
      return stage.watch(chat, request, carrier);
    }

    private void leave() {
      if (!open.isEmpty()) {
        open.remove(random.nextInt(open.size())).carrier().end(CloseReason.CLIENT_CLOSED);
      }
    }

    private void accept() {
      var writing = open.stream().filter(client -> client.carrier().inFlight != null).toList();
      if (!writing.isEmpty()) {
        writing.get(random.nextInt(writing.size())).carrier().accept();
      }
    }

    private void acceptAll(FakeCarrier carrier) {
      while (carrier.inFlight != null) {
        carrier.accept();
        stage.thread.settle();
      }
    }

    private void append() {
      if (writer != null) {
        for (var i = random.nextInt(1, 4); i > 0; i--) {
          stage.append(writer, "<" + words++ + ">");
        }
      }
    }

    /// A transaction, of which most often somebody tells this replica.
    private void change(Runnable transaction) {
      transaction.run();
      if (random.nextInt(4) > 0) {
        stage.hints.announce(Hint.of(chat.row()));
      }
    }

    private void goOn() {
      var row = chat.row();
      var owner = row.ownership();
      if (row.status() == ChatStatus.WAITING || row.status() == ChatStatus.ERROR) {
        apply(chat.send("more"));
      } else if (owner == null) {
        chat.acquiredBy(anyOwner());
        if (chat.row().versions().attempt() > row.versions().attempt()) {
          begin();
        }
      } else if (random.nextInt(4) == 0) {
        goAway(owner.replica());
      } else if (writer == null) {
        apply(new ChatCommand.RecordAttempt(chat.fence()));
        begin();
      } else {
        stop();
        var then = random.nextBoolean() ? Then.FINISH : Then.CONTINUE;
        apply(
            new ChatCommand.CommitStep(
                chat.fence(), List.of(TestChat.answer("done")), Set.of(), null, then));
      }
    }

    private void apply(ChatCommand command) {
      chat.store().apply(chat.id(), command, null);
    }

    private ReplicaId anyOwner() {
      var index = random.nextInt(others.size() + 1);
      return index == others.size() ? FeedStage.ME : others.get(index);
    }

    private void begin() {
      writer = logs().open(chat.id(), Episode.of(chat.row()));
    }

    private PartLogs logs() {
      var owner = chat.row().ownership();
      return owner == null
          ? stage.logs
          : stage.relay.owners.getOrDefault(owner.replica(), stage.logs);
    }

    /// The owner dies in the middle of its attempt. This replica only gives the chat back.
    private void goAway(ReplicaId owner) {
      stop();
      if (owner.equals(FeedStage.ME)) {
        apply(new ChatCommand.Abandon(chat.fence()));
      } else {
        stage.fixture.directory().declareDead(owner, 0);
        others.remove(owner);
        others.add(another());
      }
    }

    private void stop() {
      if (writer != null) {
        writer.seal();
        writer = null;
      }
    }

    /// The log of the episode that is live, where its owner has it.
    private @Nullable PartLog newest() {
      return logs().find(chat.id(), Episode.of(chat.row()));
    }

    private List<Long> visible() {
      return chat.visible().stream().map(message -> message.id()).toList();
    }

    private static String text(PartLog log, long upTo) {
      var text = new StringBuilder();
      for (var seq = 1L; seq <= upTo; seq++) {
        var delta = requireNonNull(log.read(seq, 1)).delta();
        text.append(new String(delta.array(), delta.from(), delta.length(), US_ASCII));
      }
      return text.toString();
    }

    private void check(Client client) {
      assertThat(client.carrier().ended).isNull();
      var messages = new TreeSet<>(client.messages());
      var text = new StringBuilder(client.text());
      var status = "";
      var last = client.seq();
      var previewed = client.attempt();
      for (var line : client.carrier().received) {
        var words = line.split(" ", 3);
        switch (words[0]) {
          case "message" -> {
            assertThat(messages.add(Long.parseLong(words[1]))).isTrue();
            previewed = "";
          }
          case "preview" -> {
            assertThat(words[1]).as("no attempt begins twice").isNotEqualTo(previewed);
            previewed = words[1];
            text.setLength(0);
            last = 0;
          }
          case "status" -> status = words[1];
          case "part" -> {
            var ends = words[1].split("-", -1);
            assertThat(Long.parseLong(ends[0])).isEqualTo(last + 1);
            last = Long.parseLong(ends[1]);
            text.append(words[2]);
          }
          default -> {}
        }
      }
      assertThat(messages).containsExactlyElementsOf(visible());
      assertThat(status).isEqualTo(chat.row().status().name());
      var log = newest();
      if (chat.row().ownership() != null && chat.row().isLive() && log != null) {
        assertThat(last).isEqualTo(log.last());
        assertThat(text).hasToString(text(log, log.last()));
      }
    }
  }
}
