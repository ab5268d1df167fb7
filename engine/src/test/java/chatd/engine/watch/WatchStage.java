package chatd.engine.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import chatd.core.feed.Framing;
import chatd.core.message.ChatId;
import chatd.core.message.UserId;
import chatd.engine.chats.Chats;
import chatd.engine.chats.Hints;
import chatd.engine.fake.InMemoryFixture;
import chatd.engine.fake.InMemoryPubsub;
import chatd.engine.fake.ManualTime;
import chatd.engine.fake.OneThread;
import chatd.engine.feed.Access;
import chatd.engine.feed.FeedLimits;
import chatd.engine.port.FailedAttempt;
import chatd.engine.port.Telemetry;
import chatd.engine.port.TestChat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
  final List<Throwable> bugs = new ArrayList<>();
  int repaired;
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
            new Notes());
    hints.start();
    watches.start();
    thread.settle();
  }

  private Set<UUID> live(Set<UUID> tokens) {
    var live = new HashSet<>(tokens);
    live.removeAll(endedTokens);
    return live;
  }

  private final class Notes implements Telemetry {
    @Override
    public void trouble(String what, Throwable cause) {}

    @Override
    public void broken(String about, Throwable cause) {
      bugs.add(cause);
    }

    @Override
    public void turnStarted(ChatId chat) {}

    @Override
    public void turnEnded(ChatId chat) {}

    @Override
    public void attemptFailed(ChatId chat, FailedAttempt attempt) {}

    @Override
    public void firstPart(Duration after) {}

    @Override
    public void happened(Happening what, int times) {
      if (what == Happening.HINT_REPAIRED) {
        repaired += times;
      }
    }
  }

  /// A chat of the user, of which no hint is given.
  TestChat chat() {
    return TestChat.create(fixture, user, null);
  }

  WatchSocket watch() {
    return watch(new WatchSocket(), access(null));
  }

  Access access(@Nullable Instant expiresAt) {
    return new Access(user, UUID.randomUUID(), expiresAt);
  }

  WatchSocket watch(WatchSocket socket, Access access) {
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
