package chatd.engine.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import chatd.core.feed.Framing;
import chatd.core.message.UserId;
import chatd.engine.chats.Chats;
import chatd.engine.chats.Hints;
import chatd.engine.fake.FakeCarrier;
import chatd.engine.fake.InMemoryFixture;
import chatd.engine.fake.InMemoryPubsub;
import chatd.engine.fake.ManualTime;
import chatd.engine.fake.NotedTelemetry;
import chatd.engine.fake.OneThread;
import chatd.engine.feed.Access;
import chatd.engine.feed.FeedLimits;
import chatd.engine.port.Telemetry.Happening;
import chatd.engine.port.TestChat;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One replica on which people watch their chats, over stores in memory: the real loops on one
/// thread, with a clock that the test moves.
final class WatchStage {
  final ManualTime time = new ManualTime();
  final OneThread thread;
  final InMemoryFixture fixture = new InMemoryFixture(time);
  final InMemoryPubsub pubsub = new InMemoryPubsub();
  final Hints hints = new Hints(pubsub.member());
  final Chats chats = new Chats(fixture.store(), hints);
  final Set<UUID> endedTokens = new HashSet<>();
  final NotedTelemetry telemetry = new NotedTelemetry();
  final List<String> bugs = telemetry.bugs;
  final UserId user = fixture.newUser();
  final Watches watches;

  WatchStage(long seed, WatchLimits limits) {
    thread = new OneThread(seed);
    watches =
        new Watches(
            new Watches.Sources(fixture.changes(), hints, this::live),
            (framing, kind, chat, calls) ->
                "%s %s %s %s%s"
                    .formatted(
                        framing,
                        kind,
                        chat.description().title(),
                        chat.row().status(),
                        calls.isEmpty() ? "" : " " + calls.size() + " calls")
                    .getBytes(UTF_8),
            time,
            thread.group().threads(),
            new Watches.Limits(FeedLimits.DEFAULT.times(), limits),
            telemetry);
    hints.start();
    watches.start();
    thread.settle();
  }

  private Set<UUID> live(Set<UUID> tokens) {
    var live = new HashSet<>(tokens);
    live.removeAll(endedTokens);
    return live;
  }

  /// Changes of which no hint told.
  int repaired() {
    return telemetry.counted.getOrDefault(Happening.HINT_REPAIRED, 0);
  }

  /// A chat of the user, of which no hint is given.
  TestChat chat() {
    return TestChat.create(fixture, user, null);
  }

  FakeCarrier watch() {
    return watch(new FakeCarrier(), access(null));
  }

  Access access(@Nullable Instant expiresAt) {
    return new Access(user, UUID.randomUUID(), expiresAt);
  }

  FakeCarrier watch(FakeCarrier socket, Access access) {
    socket.serve(watches.watch(Framing.ARRAY, socket, access));
    thread.settle();
    return socket;
  }

  /// Lets time pass in small steps.
  void advance(Duration by) {
    for (var left = by; left.isPositive(); left = left.minusMillis(100)) {
      time.advance(left.compareTo(Duration.ofMillis(100)) < 0 ? left : Duration.ofMillis(100));
      thread.settle();
    }
  }
}
