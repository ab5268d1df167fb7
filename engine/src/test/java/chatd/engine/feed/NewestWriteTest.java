package chatd.engine.feed;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.feed.Cursor;
import chatd.core.feed.Framing;
import chatd.core.feed.StreamEvent;
import chatd.core.feed.ViewerAction.Outgoing;
import chatd.core.feed.ViewerAction.Write;
import chatd.core.message.ChatId;
import chatd.core.part.Episode;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class NewestWriteTest {
  private final NewestWrite newest =
      new NewestWrite(new PlainStreamEncoder(), new ChatId(UUID.randomUUID()));

  @Test
  void sameWrite_isMadeOnce() {
    for (var framing : Framing.values()) {
      var first = newest.bytes(framing, write(1));
      assertThat(newest.bytes(framing, write(1))).isSameAs(first);
    }
  }

  @Test
  void sameEvents_atAnotherPosition_areTheSameUnlessThePositionIsSent() {
    var array = newest.bytes(Framing.ARRAY, write(1));
    var sse = newest.bytes(Framing.SSE, write(1));
    assertThat(newest.bytes(Framing.ARRAY, write(2))).isSameAs(array);
    assertThat(newest.bytes(Framing.SSE, write(2))).isNotSameAs(sse);
  }

  @Test
  void forget_keepsNothingForAFramingThatMayHaveNoViewerAnyMore() {
    var array = newest.bytes(Framing.ARRAY, write(1));
    var sse = newest.bytes(Framing.SSE, write(1));
    newest.forget(Framing.SSE);
    assertThat(newest.bytes(Framing.ARRAY, write(1))).isSameAs(array);
    assertThat(newest.bytes(Framing.SSE, write(1))).isNotSameAs(sse);
  }

  private static Write write(long heldUpTo) {
    var event = new StreamEvent.PreviewReset(new Episode(9, 1));
    return new Write(21, List.of(new Outgoing(event, new Cursor(9, 1, 0, heldUpTo))));
  }
}
