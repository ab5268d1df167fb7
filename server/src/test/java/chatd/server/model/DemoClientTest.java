package chatd.server.model;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatError;
import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.core.message.Role;
import chatd.core.message.ToolOrigin;
import chatd.core.message.ToolSpec;
import chatd.core.part.Part;
import chatd.engine.port.ModelRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoClientTest {
  private static final ToolSpec CLOCK = new ToolSpec("clock", "", ToolSpec.ANY_INPUT);
  private static final ToolSpec CLOCK_2 = new ToolSpec("clock_2", "", ToolSpec.ANY_INPUT);
  private static final String NOTE = "{\"note\":\"from the demo model\"}";

  @Test
  void anyMessage_isQuotedAndPointsToHelp() throws Exception {
    assertThat(textOf(Asked.user("Good\nmorning")))
        .contains("> Good\n> morning")
        .contains("`help`");
  }

  @Test
  void help_namesEveryCommand() throws Exception {
    var answering = ask(Asked.user("Help!"));
    answering.completion();
    assertThat(answering.text())
        .contains(
            "`long`", "`slow`", "`fail`", "`fail hard`", "`hang`", "`echo`", "`tool`", "`tools`");
    assertThat(answering.parts().getFirst()).isInstanceOf(Part.ReasoningDelta.class);
  }

  @Test
  void echo_repeatsAnyTextAndCutsNoCharacter() throws Exception {
    var text = "a  b\n\n```\n\u0000 😀😀 \ud800\n```";
    var answering = ask(Asked.user("please ECHO " + text));
    answering.completion();
    assertThat(answering.text()).isEqualTo(text);
    assertThat(answering.parts()).contains(new Part.TextDelta("😀😀 "));
  }

  @Test
  void long_isLongEnoughToWatch() throws Exception {
    var answering = ask(Asked.user("a long one"));
    answering.completion();
    assertThat(answering.parts()).hasSizeGreaterThan(1500);
  }

  @ParameterizedTest
  @CsvSource({"hello, 40", "slow, 1000"})
  void partsCome_atAHumanPace(String message, long pauseMillis) throws Exception {
    var time = new ManualTime();
    var answering = Answering.start(new DemoClient(time).call(Asked.user(message)));
    for (var parts = 0; parts < 5; parts++) {
      time.awaitTimer();
      time.advance(Duration.ofMillis(pauseMillis - 1));
      assertThat(answering.parts()).hasSize(parts);
      time.advance(Duration.ofMillis(1));
      answering.awaitParts(parts + 1);
    }
    answering.cancel();
    answering.fault();
  }

  @ParameterizedTest
  @CsvSource({"fail, OVERLOADED, true", "fail  hard, CONFIG, false"})
  void failure_saysThatItWasWanted(String message, ChatError.Kind kind, boolean retryable)
      throws Exception {
    var error = ask(Asked.user(message)).fault().error();
    assertThat(error.kind()).isEqualTo(kind);
    assertThat(error.retryable()).isEqualTo(retryable);
    assertThat(error.detail()).startsWith("You asked me to fail");
    assertThat(error.provider()).isEqualTo("demo");
  }

  @Test
  void tool_callsTheFirstTool_orTheOneThatIsNamed_withItsArguments() throws Exception {
    assertThat(calls("Use a tool.", CLOCK, CLOCK_2)).containsExactly("clock " + NOTE);
    assertThat(calls("tool clock_2", CLOCK, CLOCK_2)).containsExactly("clock_2 " + NOTE);
    assertThat(calls("tool clock {\"n\": 1.10}", CLOCK, CLOCK_2))
        .containsExactly("clock {\"n\":1.10}");
    assertThat(calls("tool clock {", CLOCK)).containsExactly("clock " + NOTE);
    assertThat(calls("a tool")).containsExactly("demo_tool " + NOTE);
  }

  @Test
  void tools_callsEveryTool_andOneThatDoesNotExist() throws Exception {
    assertThat(calls("Use your tools.", CLOCK, CLOCK_2))
        .containsExactly("clock " + NOTE, "clock_2 " + NOTE, "demo_tool " + NOTE);
  }

  private static List<String> calls(String text, ToolSpec... tools) throws Exception {
    var answering = ask(Asked.withTools(text, tools));
    answering.completion();
    return answering.parts().stream()
        .filter(Part.Whole.class::isInstance)
        .map(whole -> (ContentPart.ToolCall) ((Part.Whole) whole).content())
        .map(call -> call.toolName() + " " + call.args().text())
        .toList();
  }

  @Test
  void resultsOfTools_areTold() throws Exception {
    assertThat(
            textOf(
                Asked.of(
                    Asked.user("Use a tool.").prompt().entries().getFirst(),
                    Asked.entry(Role.TOOL, result("clock", "\"old\"")),
                    Asked.user("Use two.").prompt().entries().getFirst(),
                    Asked.entry(Role.TOOL, result("clock", "\"noon\"")),
                    Asked.entry(Role.TOOL, result("sun", "\"high\"")))))
        .contains("`clock`", "noon", "`sun`", "high")
        .doesNotContain("old");
  }

  private static ContentPart.ToolResult result(String tool, String result) {
    return new ContentPart.ToolResult(
        "demo_call_1", tool, new RawJson(result), false, ToolOrigin.NONE, null);
  }

  @Test
  void title_isMadeOfTheFirstWordsWhateverTheyAskFor() throws Exception {
    var asked = Asked.user("fail hard,\nplease, and then hang for long");
    var request =
        new ModelRequest(
            Asked.MODEL, asked.prompt(), asked.tools(), null, ModelRequest.Purpose.TITLE);
    assertThat(textOf(request)).isEqualTo("Demo: fail hard, please, and then");
  }

  @Test
  void commandInsideAWord_isNone() throws Exception {
    assertThat(textOf(Asked.user("My toolbox was failing along"))).contains("> My toolbox");
  }

  private static Answering ask(ModelRequest request) {
    return Answering.start(new DemoClient(new InstantTime()).call(request));
  }

  private static String textOf(ModelRequest request) throws InterruptedException {
    var answering = ask(request);
    answering.completion();
    return answering.text();
  }
}
