package chatd.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.engine.fake.OneThread;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MailboxTest {
  private final Mailbox<String> mailbox = new Mailbox<>();

  @Test
  void take_bringsAllThatWaits_inOrder() throws InterruptedException {
    mailbox.post("a");
    mailbox.post("b");
    mailbox.post("a");
    assertThat(mailbox.take()).containsExactly("a", "b", "a");
  }

  @Test
  void postOnce_waitsOnce_andAgainAfterItWasTaken() throws InterruptedException {
    assertThat(mailbox.postOnce("look")).isTrue();
    assertThat(mailbox.postOnce("look")).isTrue();
    assertThat(mailbox.take()).containsExactly("look");
    mailbox.postOnce("look");
    assertThat(mailbox.take()).containsExactly("look");
  }

  @Test
  void take_waitsForAnEvent_andEndsWhenTheMailboxIsClosed() {
    var thread = new OneThread(1);
    var taken = new ArrayList<List<String>>();
    thread.group().threads().newThread(() -> takeAll(taken)).start();
    thread.settle();
    assertThat(taken).isEmpty();
    mailbox.post("a");
    thread.settle();
    assertThat(taken).containsExactly(List.of("a"));
    mailbox.close();
    thread.settle();
    assertThat(taken).containsExactly(List.of("a"), List.of());
  }

  @Test
  void close_givesBackWhatNobodyTook_andRefusesWhatComesLater() {
    mailbox.post("a");
    assertThat(mailbox.close()).containsExactly("a");
    assertThat(mailbox.post("b")).isFalse();
    assertThat(mailbox.postOnce("b")).isFalse();
  }

  private void takeAll(List<List<String>> taken) {
    try {
      do {
        taken.add(mailbox.take());
      } while (!taken.getLast().isEmpty());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
