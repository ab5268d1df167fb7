package chatd.engine.chats;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatStatus;
import chatd.core.chat.Versions;
import chatd.core.message.ChatId;
import chatd.engine.port.Hint;
import chatd.engine.port.Pubsub;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HintsTest {
  private static final ChatId CHAT = new ChatId(UUID.randomUUID());
  private static final ChatId OTHER = new ChatId(UUID.randomUUID());

  private final List<Hint> published = new ArrayList<>();
  private final List<Hint> heard = new ArrayList<>();
  private int modelsPublished;
  private final Hints hints =
      new Hints(
          new Pubsub() {
            @Override
            public void publish(Hint hint) {
              published.add(hint);
            }

            @Override
            public void publishModels() {
              modelsPublished++;
            }

            @Override
            public void listen(Listener listener) {}
          });

  @Test
  void announce_isHeardHereAtOnce_andPublished() {
    hints.subscribe(CHAT, heard::add);
    hints.announce(hint(CHAT, ChatStatus.WAITING));
    hints.announce(hint(OTHER, ChatStatus.WAITING));
    assertThat(heard).extracting(Hint::chat).containsExactly(CHAT);
    assertThat(published).extracting(Hint::chat).containsExactly(CHAT, OTHER);
  }

  @Test
  void hintOfAnotherReplica_isHeardButNotPublishedAgain() {
    hints.subscribe(CHAT, heard::add);
    hints.hinted(hint(CHAT, ChatStatus.WAITING));
    assertThat(heard).hasSize(1);
    assertThat(published).isEmpty();
  }

  @Test
  void endedSubscription_hearsNothing() {
    var first = hints.subscribe(CHAT, heard::add);
    var second = hints.subscribe(CHAT, heard::add);
    first.end();
    hints.hinted(hint(CHAT, ChatStatus.WAITING));
    assertThat(heard).hasSize(1);
    second.end();
    hints.hinted(hint(CHAT, ChatStatus.WAITING));
    assertThat(heard).hasSize(1);
  }

  @Test
  void work_isAnnouncedOnlyForRunnableChatsWithoutOwner() {
    var calls = new ArrayList<String>();
    hints.subscribeWork(() -> calls.add("work"));
    hints.hinted(hint(CHAT, ChatStatus.WAITING));
    assertThat(calls).isEmpty();
    hints.hinted(hint(CHAT, ChatStatus.RUNNING));
    assertThat(calls).hasSize(1);
  }

  @Test
  void changeOfModels_isPublished_andThatOfAnotherReplicaPassedOn() {
    var calls = new ArrayList<String>();
    var subscription = hints.subscribeModels(() -> calls.add("models"));
    hints.announceModels();
    assertThat(modelsPublished).isEqualTo(1);
    assertThat(calls).isEmpty();
    hints.modelsChanged();
    subscription.end();
    hints.modelsChanged();
    assertThat(calls).hasSize(1);
  }

  @Test
  void resumption_isPassedOn() {
    var calls = new ArrayList<String>();
    hints.subscribeResumed(() -> calls.add("resumed"));
    hints.resumed();
    assertThat(calls).hasSize(1);
  }

  private static Hint hint(ChatId chat, ChatStatus status) {
    return new Hint(chat, Versions.NONE, status, null, null);
  }
}
