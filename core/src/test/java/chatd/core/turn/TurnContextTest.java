package chatd.core.turn;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.core.message.ToolOrigin;
import chatd.core.message.ToolSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnContextTest {
  private final TurnContext context =
      new TurnContext(List.of(), List.of(new ToolSpec("look", "", ToolSpec.ANY_INPUT)));

  private static ContentPart call(String id, String tool, ToolOrigin origin) {
    return new ContentPart.ToolCall(id, tool, RawJson.EMPTY_OBJECT, origin, null);
  }

  @Test
  void clientCalls_areThoseOfToolsThatTheClientOffers_andThatNobodyElseRuns() {
    var answer =
        List.of(
            new ContentPart.Text("look"),
            call("c1", "look", ToolOrigin.NONE),
            call("c2", "read", ToolOrigin.NONE),
            call("c3", "look", new ToolOrigin(null, true)),
            call("c4", "look", ToolOrigin.NONE));

    assertThat(context.clientCallsIn(answer)).containsExactlyInAnyOrder("c1", "c4");
  }
}
