package chatd.core.part;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.core.message.ToolOrigin;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StepContentTest {
  private static final Instant T1 = Instant.ofEpochSecond(1);
  private static final Instant T2 = Instant.ofEpochSecond(2);

  private final StepContent step = new StepContent();

  @Test
  void content_isTheConcatenationOfDeltasPerBlock() {
    step.add(new Part.ReasoningDelta("Let "), T1);
    step.add(new Part.ReasoningDelta("me"), T2);
    step.add(new Part.TextDelta("Hel"), T2);
    step.add(new Part.TextDelta("lo"), T2);

    assertThat(step.content())
        .containsExactly(
            new ContentPart.Reasoning("Let me", T1, T2), new ContentPart.Text("Hello"));
  }

  @Test
  void content_argumentsCountOnlyWhenComplete() {
    var call = new ContentPart.ToolCall("c1", "t", RawJson.EMPTY_OBJECT, ToolOrigin.NONE, T1);
    step.add(new Part.ArgsDelta("c1", "t", "{", ToolOrigin.NONE), T1);
    assertThat(step.content()).isEmpty();

    step.add(new Part.Whole(call), T1);
    step.add(new Part.TextDelta("x"), T1);
    step.add(new Part.ArgsDelta("c2", "t", "{\"a", ToolOrigin.NONE), T1);

    assertThat(step.content()).containsExactly(call, new ContentPart.Text("x"));
  }

  @Test
  void content_stateStaysAtItsPlace() {
    var state = new ContentPart.ProviderState("p", RawJson.EMPTY_OBJECT);
    step.add(new Part.TextDelta("a"), T1);
    step.add(state);
    step.add(new Part.TextDelta("b"), T1);

    assertThat(step.content())
        .containsExactly(new ContentPart.Text("a"), state, new ContentPart.Text("b"));
  }
}
