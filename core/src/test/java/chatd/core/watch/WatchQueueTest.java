package chatd.core.watch;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.ChatId;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WatchQueueTest {
  private static final ChatId A = new ChatId(new UUID(0, 1));
  private static final ChatId B = new ChatId(new UUID(0, 2));

  private final WatchQueue<String> queue = new WatchQueue<>(10, String::length);

  @Test
  void ofEachChatAndKind_theNewestIsKept_inTheOrderOfTheNewest() {
    queue.add(A, WatchKind.STATUS_CHANGE, "a1");
    queue.add(B, WatchKind.STATUS_CHANGE, "b1");
    queue.add(A, WatchKind.TITLE_CHANGE, "a2");
    queue.add(A, WatchKind.STATUS_CHANGE, "a3");

    assertThat(queue.next()).isEqualTo("b1");
    assertThat(queue.next()).isEqualTo("a2");
    assertThat(queue.next()).isEqualTo("a3");
    assertThat(queue.next()).isNull();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void room_isBounded_andGivenBack() {
    assertThat(queue.add(A, WatchKind.STATUS_CHANGE, "12345")).isTrue();
    assertThat(queue.add(A, WatchKind.STATUS_CHANGE, "123456")).isTrue();
    assertThat(queue.add(B, WatchKind.STATUS_CHANGE, "1234")).isTrue();
    queue.next();
    assertThat(queue.add(A, WatchKind.STATUS_CHANGE, "123456")).isTrue();
    assertThat(queue.add(A, WatchKind.TITLE_CHANGE, "1")).isFalse();
  }

  @Test
  void event_thatIsLargerThanAllRoom_goesAlone() {
    assertThat(queue.add(A, WatchKind.ACTION_REQUIRED, "12345678901")).isTrue();
  }
}
