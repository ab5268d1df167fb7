package chatd.engine.feed;

import static java.nio.charset.StandardCharsets.US_ASCII;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ReplicaId;
import chatd.core.feed.Framing;
import chatd.core.feed.ResumeRequest;
import chatd.core.message.ChatId;
import chatd.core.message.Role;
import chatd.core.part.EncodedPart;
import chatd.core.part.Episode;
import chatd.engine.chats.Chats;
import chatd.engine.chats.Hints;
import chatd.engine.fake.FakeCarrier;
import chatd.engine.fake.InMemoryFixture;
import chatd.engine.fake.InMemoryPubsub;
import chatd.engine.fake.ManualTime;
import chatd.engine.fake.NotedTelemetry;
import chatd.engine.fake.OneThread;
import chatd.engine.parts.PartLogs;
import chatd.engine.parts.PartWriter;
import chatd.engine.port.Hint;
import chatd.engine.port.TestChat;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One replica's viewers over an in-memory store: the real loops on one thread, with a clock that
/// the test moves. The test plays the worker.
final class FeedStage {
  final ManualTime time = new ManualTime();
  final OneThread thread;
  final InMemoryFixture fixture = new InMemoryFixture(time);
  final InMemoryPubsub pubsub = new InMemoryPubsub();
  final Hints hints = new Hints(pubsub.member());
  final PartLogs logs = new PartLogs(time, new PartLogs.Limits(Duration.ofSeconds(15), 1L << 30));
  final PlainStreamEncoder encoder = new PlainStreamEncoder();
  final CountingStore store = new CountingStore(fixture.store());
  final Set<UUID> endedTokens = new HashSet<>();

  final NotedTelemetry telemetry = new NotedTelemetry();
  final List<String> bugs = telemetry.bugs;

  final Chats chats = new Chats(store, hints);
  final Feeds feeds;

  /// The logs of another replica, and what brings its parts.
  final PartLogs elsewhere =
      new PartLogs(time, new PartLogs.Limits(Duration.ofSeconds(15), 1L << 30));

  final FakeRelay relay = new FakeRelay(elsewhere);

  /// Whether attempts begin on the other replica.
  boolean isElsewhere;

  /// This replica.
  static final ReplicaId ME = new ReplicaId(new UUID(77, 7));

  FeedStage() {
    this(1);
  }

  FeedStage(long seed) {
    thread = new OneThread(seed);
    feeds =
        new Feeds(
            new Feeds.Sources(store, hints, new Feeds.Parts(logs, relay, () -> ME), this::live),
            encoder,
            time,
            thread.group().threads(),
            FeedLimits.DEFAULT,
            telemetry);
    hints.start();
    feeds.start();
    thread.settle();
  }

  /// Trouble is expected in many tests, a bug only in those that ask for it.
  private Set<UUID> live(Set<UUID> tokens) {
    var live = new HashSet<>(tokens);
    live.removeAll(endedTokens);
    return live;
  }

  /// A chat whose first turn is due.
  TestChat chat() {
    return TestChat.create(fixture);
  }

  /// Opens a stream for the chat's user and lets it run.
  FakeCarrier watch(TestChat chat) {
    var carrier = watch(chat, ResumeRequest.FRESH, new FakeCarrier());
    thread.settle();
    return carrier;
  }

  FakeCarrier watch(TestChat chat, ResumeRequest request, FakeCarrier carrier) {
    return watch(chat.id(), request, carrier, access(chat, null));
  }

  FakeCarrier watch(ChatId chat, ResumeRequest request, FakeCarrier carrier, Access access) {
    carrier.serve(feeds.watch(chat, request, Framing.ARRAY, carrier, access));
    return carrier;
  }

  static Access access(TestChat chat, @Nullable Instant expiresAt) {
    return new Access(chat.user(), UUID.randomUUID(), expiresAt);
  }

  /// A command, announced, and everything that follows from it.
  void apply(TestChat chat, ChatCommand command) {
    chats.apply(chat.id(), command, null);
    thread.settle();
  }

  /// Takes the chat as a worker does and begins an attempt.
  PartWriter begin(TestChat chat) {
    if (chat.row().ownership() == null) {
      chat.acquired();
    } else {
      apply(chat, new ChatCommand.RecordAttempt(chat.fence()));
    }
    var writer = producing().open(chat.id(), Episode.of(chat.row()));
    announce(chat);
    return writer;
  }

  /// The logs of whoever runs the turns.
  PartLogs producing() {
    return isElsewhere ? elsewhere : logs;
  }

  void announce(TestChat chat) {
    hints.announce(Hint.of(chat.row()));
    thread.settle();
  }

  void append(PartWriter writer, String text) {
    writer.append(
        new EncodedPart(
            Role.ASSISTANT,
            "{\"text\":\"".getBytes(US_ASCII),
            text.getBytes(US_ASCII),
            "\"}".getBytes(US_ASCII)));
  }

  /// Lets time pass in small steps.
  void advance(Duration by) {
    for (var left = by; left.isPositive(); left = left.minusMillis(100)) {
      time.advance(left.compareTo(Duration.ofMillis(100)) < 0 ? left : Duration.ofMillis(100));
      thread.settle();
    }
  }
}
