package chatd.core.part;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.ContentPart;
import chatd.core.message.Message;
import chatd.core.message.MessageBody;
import chatd.core.message.RawJson;
import chatd.core.message.Role;
import chatd.core.message.ToolOrigin;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CallIdsTest {
  private static final ToolOrigin PROVIDER = new ToolOrigin(null, true);

  private final CallIds ids = new CallIds(List.of(calling("c1", "c1_2"), calling("c2")));

  private static Message calling(String... calls) {
    var content = Stream.of(calls).<ContentPart>map(id -> call(id, ToolOrigin.NONE)).toList();
    return new Message(
        1, 1, Instant.EPOCH, new MessageBody(Role.ASSISTANT, content, null, null, null));
  }

  private static ContentPart.ToolCall call(String id, ToolOrigin origin) {
    return new ContentPart.ToolCall(id, "look", RawJson.EMPTY_OBJECT, origin, Instant.EPOCH);
  }

  private static Part delta(String id, ToolOrigin origin) {
    return new Part.ArgsDelta(id, "look", "{", origin);
  }

  @Test
  void id_thatTheHistoryHas_isReplacedInEveryPartOfTheCall() {
    assertThat(ids.fresh(delta("c1", ToolOrigin.NONE))).isEqualTo(delta("c1_3", ToolOrigin.NONE));
    assertThat(ids.fresh(delta("c2", ToolOrigin.NONE))).isEqualTo(delta("c2_2", ToolOrigin.NONE));
    assertThat(ids.fresh(new Part.Whole(call("c1", ToolOrigin.NONE))))
        .isEqualTo(new Part.Whole(call("c1_3", ToolOrigin.NONE)));
    assertThat(ids.fresh(delta("c1_3", ToolOrigin.NONE)))
        .isEqualTo(delta("c1_3_2", ToolOrigin.NONE));
  }

  @Test
  void id_thatComesAgainBehindACompleteCall_isThatOfAnother() {
    var whole = new Part.Whole(call("x", ToolOrigin.NONE));
    assertThat(ids.fresh(whole)).isEqualTo(whole);
    assertThat(ids.fresh(delta("x", ToolOrigin.NONE))).isEqualTo(delta("x_2", ToolOrigin.NONE));
    assertThat(ids.fresh(whole)).isEqualTo(new Part.Whole(call("x_2", ToolOrigin.NONE)));
  }

  @Test
  void everythingElse_staysAsItIs() {
    for (var part :
        List.of(
            delta("new", ToolOrigin.NONE),
            delta("c1", PROVIDER),
            new Part.Whole(call("c1", PROVIDER)),
            new Part.TextDelta("c1"))) {
      assertThat(ids.fresh(part)).isEqualTo(part);
    }
  }
}
