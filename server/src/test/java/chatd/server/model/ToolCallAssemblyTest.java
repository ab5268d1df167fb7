package chatd.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.core.message.ContentPart;
import chatd.core.part.Part;
import chatd.core.turn.ModelFault;
import chatd.engine.port.ModelException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ToolCallAssemblyTest {
  private final ToolCallAssembly calls = new ToolCallAssembly(new ProviderFaults("openai", null));
  private final List<String> shown = new ArrayList<>();

  @Test
  void interleavedPieces_goToTheirCalls_andEndByIndex() throws Exception {
    add(1, "b", "second", "{\"n\":");
    add(0, "a", "first", "{}");
    add(1, "", "", "2}");
    assertThat(shown).containsExactly("b second {\"n\":", "a first {}", "b second 2}");
    assertThat(complete(false)).containsExactly("a first {}", "b second {\"n\":2}");
  }

  @Test
  void idAndNameOnEachPiece_isOneCall() throws Exception {
    add(0, "a", "read", "{\"n\"");
    add(0, "a", "read", ":1}");
    assertThat(complete(false)).containsExactly("a read {\"n\":1}");
  }

  @Test
  void missingIds_areMadeUpAndUnique() throws Exception {
    add(0, "call_2", "read", "{}");
    add(1, "", "read", "{}");
    add(2, "", "read", "{}");
    assertThat(complete(false))
        .containsExactly("call_2 read {}", "call_2_2 read {}", "call_3 read {}");
  }

  @Test
  void repeatedIds_areMadeUnique() throws Exception {
    add(0, "x", "read", "{}");
    add(1, "x", "read", "{}");
    add(2, "x", "read", "{}");
    assertThat(complete(false)).containsExactly("x read {}", "x_2 read {}", "x_3 read {}");
  }

  @Test
  void everyCallAtIndexZero_isTakenApartByIds() throws Exception {
    add(0, "a", "read", "{\"n\":1}");
    add(0, "b", "read", "{\"n\":2}");
    assertThat(complete(false)).containsExactly("a read {\"n\":1}", "b read {\"n\":2}");
  }

  @Test
  void noIndexAtAll_isTakenApartByIdsAndNames() throws Exception {
    add(null, "a", "read", "{\"n\":");
    add(null, "", "", "1}");
    add(null, "b", "read", "{}");
    add(null, "", "list", "{}");
    assertThat(complete(false)).containsExactly("a read {\"n\":1}", "b read {}", "call_3 list {}");
  }

  @Test
  void argumentsBeforeTheName_areShownWithIt() throws Exception {
    add(0, "a", "", "{\"n\"");
    add(0, "", "read", ":1}");
    assertThat(shown).containsExactly("a read {\"n\":1}");
  }

  @Test
  void complete_noArguments_isAnEmptyObject() throws Exception {
    add(0, "a", "read", "");
    add(1, "b", "read", "  ");
    assertThat(shown).containsExactly("b read   ");
    assertThat(complete(false)).containsExactly("a read {}", "b read {}");
  }

  @Test
  void complete_anyText_survives() throws Exception {
    add(0, "a", "read", "{\"s\":\"\\ud83d\\u0000 é\ud83d");
    add(0, "", "", "\ude00\ud800\", \"n\": 1.10}");
    assertThat(complete(false))
        .containsExactly(
            "a read {\"s\":\"\\uD83D\\u0000 \\u00E9\\uD83D\\uDE00\\uD800\",\"n\":1.10}");
  }

  @Test
  void complete_argumentsThatAreNoJson_areMalformed() throws Exception {
    add(0, "a", "read", "{\"n\":");
    assertFault(() -> complete(false), ModelFault.Kind.MALFORMED, true);
  }

  @Test
  void complete_noName_isMalformed() throws Exception {
    add(0, "a", "", "{}");
    assertFault(() -> complete(false), ModelFault.Kind.MALFORMED, true);
  }

  @Test
  void complete_cutShort_leavesOutWhatIsNotComplete() throws Exception {
    add(0, "a", "read", "{\"n\":1}");
    add(1, "b", "read", "{\"n\":");
    add(2, "c", "read", "");
    add(3, "d", "", "{}");
    assertThat(complete(true)).containsExactly("a read {\"n\":1}");
  }

  @Test
  void add_argumentsOverOneMebibyteTogether_failForGood() throws Exception {
    add(0, "a", "read", "1".repeat(1 << 19));
    add(1, "b", "read", "1".repeat(1 << 19));
    assertFault(() -> add(1, "", "", "1"), ModelFault.Kind.MALFORMED, false);
  }

  @Test
  void complete_argumentsOverOneMebibyteWhenEncoded_failForGood() throws Exception {
    add(0, "a", "read", "\"" + "é".repeat(200_000) + "\"");
    assertFault(() -> complete(false), ModelFault.Kind.MALFORMED, false);
  }

  @Test
  void add_nameOrIdOfAnAbsurdLength_isMalformed() throws Exception {
    add(0, "i".repeat(4 << 10), "n".repeat(4 << 10), "{}");
    var tooLong = "x".repeat((4 << 10) + 1);
    assertFault(() -> add(1, tooLong, "read", "{}"), ModelFault.Kind.MALFORMED, true);
    assertFault(() -> add(1, "a", tooLong, "{}"), ModelFault.Kind.MALFORMED, true);
  }

  @Test
  void complete_namesAndIdsOverOneMebibyteWhenEncoded_failForGood() throws Exception {
    for (var i = 0; i < 200; i++) {
      add(i, i + "i".repeat(1000), "read", "");
    }
    assertFault(() -> complete(false), ModelFault.Kind.MALFORMED, false);
  }

  @Test
  void add_moreCallsThanAllowed_failsForGood() throws Exception {
    for (var i = 0; i < 256; i++) {
      add(i, "", "read", "");
    }
    assertFault(() -> add(256, "", "read", ""), ModelFault.Kind.MALFORMED, false);
  }

  private void add(@Nullable Integer index, String id, String name, String arguments)
      throws ModelException {
    var delta = calls.add(new ChatChunk.CallDelta(index, id, name, arguments));
    if (delta instanceof Part.ArgsDelta(var callId, var toolName, var text, var _)) {
      shown.add(callId + " " + toolName + " " + text);
    }
  }

  private List<String> complete(boolean cutShort) throws ModelException {
    return calls.complete(cutShort, ManualTime.NOW).stream()
        .map(ToolCallAssemblyTest::spell)
        .toList();
  }

  private static String spell(ContentPart.ToolCall call) {
    return call.toolCallId() + " " + call.toolName() + " " + call.args().text();
  }

  private static void assertFault(
      ThrowingCallable action, ModelFault.Kind kind, boolean retryable) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            ModelException.class,
            failed -> {
              assertThat(failed.fault().kind()).isEqualTo(kind);
              assertThat(failed.fault().error().retryable()).isEqualTo(retryable);
            });
  }
}
