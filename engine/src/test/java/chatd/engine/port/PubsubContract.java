package chatd.engine.port;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatStatus;
import chatd.core.chat.ReplicaId;
import chatd.core.chat.Versions;
import chatd.core.message.ChatId;
import chatd.core.message.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Hints reach the other replicas, and only them.
public abstract class PubsubContract {

  /// A replica that listens already, heard by `listener`.
  protected abstract Pubsub join(Pubsub.Listener listener);

  @Test
  void hint_reachesEveryOtherReplica() throws Exception {
    var mine = new Heard();
    var theirs = new Heard();
    var others = new Heard();
    var me = join(mine);
    join(theirs);
    join(others);
    var hint = hint(new ChatId(UUID.randomUUID()), 7);

    me.publish(hint);

    assertThat(theirs.next()).isEqualTo(hint);
    assertThat(others.next()).isEqualTo(hint);
    assertThat(mine.all()).isEmpty();
  }

  @Test
  void hints_ofOneChat_endWithTheNewest() throws Exception {
    var heard = new Heard();
    join(heard);
    var me = join(new Heard());
    var chat = new ChatId(UUID.randomUUID());

    for (var snapshot = 1; snapshot <= 200; snapshot++) {
      me.publish(hint(chat, snapshot));
    }

    var last = heard.next();
    while (last.versions().snapshot() < 200) {
      last = heard.next();
    }
    assertThat(last).isEqualTo(hint(chat, 200));
  }

  @Test
  void hints_ofManyChats_allArrive() throws Exception {
    var heard = new Heard();
    join(heard);
    var me = join(new Heard());
    List<Hint> sent = new ArrayList<>();
    for (var i = 0; i < 500; i++) {
      sent.add(hint(new ChatId(UUID.randomUUID()), i));
    }

    sent.forEach(me::publish);

    List<Hint> received = new ArrayList<>();
    while (received.size() < sent.size()) {
      received.add(heard.next());
    }
    assertThat(received).containsExactlyInAnyOrderElementsOf(sent);
  }

  @Test
  void deletion_isTold() throws Exception {
    var heard = new Heard();
    join(heard);
    var hint = hint(new ChatId(UUID.randomUUID()), Long.MAX_VALUE);

    join(new Heard()).publish(hint);

    assertThat(heard.next()).isEqualTo(hint);
  }

  @Test
  void changeOfModels_isToldToTheOthers() throws Exception {
    var mine = new Heard();
    var theirs = new Heard();
    var me = join(mine);
    join(theirs);

    me.publishModels();

    theirs.awaitModels();
    assertThat(mine.models).isEmpty();
    assertThat(theirs.all()).isEmpty();
  }

  protected static Hint hint(ChatId chat, long snapshot) {
    return new Hint(
        chat,
        new Versions(snapshot, 2, 3, 4, 5, 6),
        ChatStatus.RUNNING,
        new ReplicaId(new UUID(1, 2)),
        new UserId(new UUID(3, 4)));
  }

  /// Keeps what it is told.
  public static final class Heard implements Pubsub.Listener {
    private final LinkedBlockingQueue<Hint> hints = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Boolean> resumptions = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Boolean> models = new LinkedBlockingQueue<>();

    @Override
    public void hinted(Hint hint) {
      hints.add(hint);
    }

    @Override
    public void modelsChanged() {
      models.add(true);
    }

    @Override
    public void resumed() {
      resumptions.add(true);
    }

    /// The next hint; fails if none comes.
    public Hint next() throws InterruptedException {
      var hint = hints.poll(10, TimeUnit.SECONDS);
      if (hint == null) {
        throw new AssertionError("no hint came");
      }
      return hint;
    }

    public List<Hint> all() {
      return List.copyOf(hints);
    }

    void awaitModels() throws InterruptedException {
      if (models.poll(10, TimeUnit.SECONDS) == null) {
        throw new AssertionError("nothing was told of the models");
      }
    }

    public void awaitResumption() throws InterruptedException {
      if (resumptions.poll(10, TimeUnit.SECONDS) == null) {
        throw new AssertionError("nobody listens");
      }
    }
  }
}
