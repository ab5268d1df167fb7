package chatd.engine.fake;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.ContentPart.ToolCall;
import chatd.core.message.ContentPart.ToolResult;
import chatd.core.message.Message;
import chatd.core.message.Role;
import chatd.core.turn.Prompt;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The rule by which a provider takes a conversation at all: every tool call has exactly one
/// result, and all results of a step stand between its calls and whatever follows them.
public final class EveryCallAnsweredOnce {
  private int checked;

  /// What a model was shown.
  public void check(Prompt prompt) {
    Set<String> open = new HashSet<>();
    Set<String> closed = new HashSet<>();
    var before = Role.SYSTEM;
    for (var entry : prompt.entries()) {
      // A long answer may have been cut into several rows.
      var goesOn = entry.role() == Role.ASSISTANT && before == Role.ASSISTANT;
      if (entry.role() != Role.TOOL && !goesOn) {
        assertThat(open).as("open calls before what follows them in %s", prompt).isEmpty();
      }
      for (var part : entry.content()) {
        if (part instanceof ToolCall call) {
          assertThat(entry.role()).isEqualTo(Role.ASSISTANT);
          assertThat(open.add(call.toolCallId())).as("a second call of this id").isTrue();
          assertThat(closed).doesNotContain(call.toolCallId());
          checked++;
        } else if (part instanceof ToolResult result) {
          assertThat(entry.role()).isEqualTo(Role.TOOL);
          assertThat(open.remove(result.toolCallId())).as("an open call: %s", result).isTrue();
          closed.add(result.toolCallId());
        }
      }
      before = entry.role();
    }
    assertThat(open).as("open calls at the end of %s", prompt).isEmpty();
  }

  /// What is stored.
  public void check(List<Message> history) {
    check(
        new Prompt(
            history.stream()
                .map(message -> new Prompt.Entry(message.body().role(), message.body().content()))
                .toList()));
  }

  /// How many calls there were to check.
  public int checked() {
    return checked;
  }
}
