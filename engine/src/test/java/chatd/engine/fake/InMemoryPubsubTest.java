package chatd.engine.fake;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.ChatId;
import chatd.engine.port.Pubsub;
import chatd.engine.port.PubsubContract;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class InMemoryPubsubTest extends PubsubContract {
  private final InMemoryPubsub pubsub = new InMemoryPubsub();

  @Override
  protected Pubsub join(Pubsub.Listener listener) {
    var member = pubsub.member();
    member.listen(listener);
    return member;
  }

  @Test
  void disturb_mayDropAndRepeat() {
    var heard = new Heard();
    join(heard);
    var me = join(new Heard());
    var hint = hint(new ChatId(UUID.randomUUID()), 1);

    pubsub.disturb(_ -> List.of());
    me.publish(hint);
    assertThat(heard.all()).isEmpty();

    pubsub.disturb(hints -> List.of(hints.getFirst(), hints.getFirst()));
    me.publish(hint);
    assertThat(heard.all()).containsExactly(hint, hint);
  }
}
