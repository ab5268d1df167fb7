package chatd.core.feed;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatStatus;
import chatd.core.part.PartLog;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Random chats are watched by random viewers who join, lag, are cut after any event and resume
/// with what they hold, on two replicas whose readings, pages and hints take any time. Each client
/// checks what it is told at once; when all is quiet, each must see what is stored.
///
/// A failing case names its seed: `-Dfeed.seed=N` runs that one alone.
class FeedPropertyTest {
  private static final int CASES = 1000;
  private static final int STEPS = 150;

  @Test
  void everyClientSeesWhatIsStored() {
    var only = Long.getLong("feed.seed");
    if (only != null) {
      run(only);
      return;
    }
    for (var seed = 0L; seed < CASES; seed++) {
      try {
        run(seed);
      } catch (RuntimeException | AssertionError failure) {
        throw new AssertionError(
            "replay it with -Dfeed.seed=" + seed + ": " + failure.getMessage(), failure);
      }
    }
  }

  private static void run(long seed) {
    new World(new SplittableRandom(seed)).run();
  }

  private static final class World {
    private final SplittableRandom random;
    private final ScriptedChat chat = new ScriptedChat();
    private final List<SimFeed> feeds;
    private final List<ViewerClient> offline = new ArrayList<>();
    private int texts;

    World(SplittableRandom random) {
      this.random = random;
      this.feeds = List.of(feed(), feed());
      feeds.getLast().isMirrored = random.nextBoolean();
      for (var kind : ViewerClient.Kind.values()) {
        offline.add(new ViewerClient(kind));
        offline.add(new ViewerClient(kind));
      }
    }

    private SimFeed feed() {
      var feed = new SimFeed(chat, random);
      feed.faulty = random.nextBoolean();
      feed.pageRows = random.nextInt(1, 6);
      feed.retainedMax = random.nextInt(3) == 0 ? random.nextInt(1, 2000) : 1 << 20;
      return feed;
    }

    void run() {
      for (var i = 0; i < STEPS; i++) {
        step();
        if (random.nextInt(50) == 0) {
          settle();
        }
      }
      settle();
      for (var client : List.copyOf(offline)) {
        connect(client);
      }
      settle();
    }

    private void step() {
      var feed = feeds.get(random.nextInt(2));
      switch (random.nextInt(10)) {
        case 0, 1 -> transact();
        case 2, 3 -> append();
        case 4, 5, 6 -> feed.runOne();
        case 7, 8 -> feed.acceptOne();
        default -> comeOrGo(feed);
      }
    }

    private void comeOrGo(SimFeed feed) {
      if (!offline.isEmpty() && random.nextBoolean()) {
        connect(offline.get(random.nextInt(offline.size())));
      } else if (!feed.viewers.isEmpty()) {
        var viewer = feed.viewers.get(random.nextInt(feed.viewers.size()));
        feed.cut(viewer, random.nextInt(6));
        offline.add(viewer.client);
      }
    }

    private void connect(ViewerClient client) {
      offline.remove(client);
      feeds.get(random.nextInt(2)).connect(client);
    }

    private void transact() {
      transaction();
      for (var feed : feeds) {
        if (random.nextInt(4) > 0) {
          var version = chat.versions().snapshot();
          feed.pending.add(() -> feed.on(new FeedEvent.Hinted(version)));
        }
      }
    }

    private void transaction() {
      switch (random.nextInt(12)) {
        case 0 -> chat.rename();
        case 1 -> chat.setQueue(random.nextBoolean() ? List.of() : List.of("1", "2"));
        case 2 -> edit();
        default -> turn();
      }
    }

    private void edit() {
      if (chat.rows.isEmpty()) {
        chat.send(size());
      } else if (random.nextInt(3) == 0
          && (chat.status() == ChatStatus.WAITING || chat.status() == ChatStatus.ERROR)) {
        chat.clear();
      } else {
        chat.edit(random.nextLong(chat.rows.firstKey(), chat.rows.lastKey() + 1), size());
      }
    }

    private void turn() {
      switch (chat.status()) {
        case WAITING -> chat.send(size());
        case ERROR -> {
          if (random.nextBoolean()) {
            chat.runAgain();
          } else {
            chat.send(size());
          }
        }
        case REQUIRES_ACTION -> chat.commit(1, size(), true);
        case INTERRUPTING -> chat.commit(random.nextInt(2), size(), random.nextBoolean());
        case RUNNING -> running();
      }
    }

    private void running() {
      if (!chat.isOwned()) {
        chat.acquire();
      } else if (chat.openLog() == null) {
        chat.recordAttempt();
      } else {
        switch (random.nextInt(8)) {
          case 0 -> chat.announceRetry();
          case 1 -> chat.fail();
          case 2 -> chat.interrupt();
          case 3 -> chat.release();
          case 4 -> chat.askClient(size());
          case 5 -> chat.recordAttempt();
          default -> chat.commit(random.nextInt(1, 4), size(), random.nextBoolean());
        }
      }
    }

    private int size() {
      return random.nextInt(12) == 0 ? random.nextInt(20_000, 90_000) : random.nextInt(20, 200);
    }

    private void append() {
      var log = chat.openLog();
      if (log == null || chat.isRetrying()) {
        return;
      }
      var count = random.nextInt(1, 8);
      for (var i = 0; i < count; i++) {
        var word = "<" + texts++ + ">";
        var text = random.nextInt(30) == 0 ? word.repeat(4000) : word;
        log.append(ScriptedChat.text(text));
      }
      feeds.forEach(feed -> {
        if (feed.isMirrored) {
          var bytesMax = random.nextInt(1, 100);
          feed.pending.add(() -> feed.bring(bytesMax));
        } else {
          feed.saw(log.episode());
        }
      });
    }

    private void settle() {
      for (var feed : feeds) {
        feed.on(new FeedEvent.Hinted(chat.versions().snapshot()));
        feed.settle();
        feed.bring(1000);
        feed.look();
        feed.settle();
        feed.viewers.forEach(viewer -> check(viewer.client));
      }
    }

    private void check(ViewerClient client) {
      var stored = Snapshot.of(chat.read(Long.MAX_VALUE));
      assertThat(client.status).isEqualTo(stored.status());
      assertThat(client.queue).isEqualTo(chat.queueBytes());
      assertThat(client.problem != null).isEqualTo(chat.status() == ChatStatus.ERROR);
      assertThat(client.hasCalls).isEqualTo(chat.status() == ChatStatus.REQUIRES_ACTION);
      if (client.kind == ViewerClient.Kind.LIVE_ONLY) {
        var live = chat.rows.tailMap(client.liveFrom, false).keySet();
        assertThat(client.messages.keySet()).containsAll(live);
        assertThat(chat.rows.keySet()).containsAll(client.messages.keySet());
      } else {
        assertThat(client.messages.keySet()).isEqualTo(chat.rows.keySet());
      }
      var log = chat.log(chat.episode());
      if (log != null && stored.isLive()) {
        assertThat(client.last).isEqualTo(log.last());
        assertThat(client.preview.toString(US_ASCII)).isEqualTo(all(log).toString(US_ASCII));
      } else {
        assertThat(client.preview.size()).isZero();
      }
    }

    private static ByteArrayOutputStream all(PartLog log) {
      var out = new ByteArrayOutputStream();
      for (var frame = log.read(1, 1000); frame != null; ) {
        out.writeBytes(ViewerClient.bytes(frame));
        frame = log.read(frame.lastSeq() + 1, 1000);
      }
      return out;
    }
  }
}
