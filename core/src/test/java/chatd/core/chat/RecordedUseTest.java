package chatd.core.chat;

import static chatd.core.chat.TestChats.ERROR;
import static chatd.core.chat.TestChats.assistant;
import static chatd.core.chat.TestChats.facts;
import static chatd.core.chat.TestChats.result;
import static chatd.core.chat.TestChats.row;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand.CommitStep;
import chatd.core.chat.ChatCommand.CommitStep.Then;
import chatd.core.message.ContentPart.Text;
import chatd.core.message.MessageBody;
import chatd.core.message.ModelUse;
import chatd.core.message.Usage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which transactions note a model request, and what they note.
class RecordedUseTest {
  private static final UUID MODEL = new UUID(0, 7);
  private static final MessageBody ANSWER = assistant(new Text("Hel"));
  private static final Effect UNKNOWN = new Effect.RecordUsage(ModelUse.unknown(null));

  private final ChatRow running = row(ChatState.RUNNING, true, 0);
  private final ChatRow stopping = row(ChatState.INTERRUPTING, true, 0);

  @Test
  void commitStep_notesWhatItTook() {
    var usage = new Usage(1L, 2L, 3L, null, null, null, null);
    var use = new ModelUse(MODEL, usage, new BigDecimal("1.5"));

    assertThat(effects(running, step(use))).contains(new Effect.RecordUsage(use));
    assertThat(effects(running, step(null))).noneMatch(Effect.RecordUsage.class::isInstance);
  }

  @Test
  void stopWithAPartialAnswer_notesARequestOfUnknownCost() {
    assertThat(effects(stopping, stop(ANSWER))).contains(UNKNOWN);
    assertThat(effects(stopping, stop())).doesNotContain(UNKNOWN);
    assertThat(effects(stopping, stop(MessageBody.tool(result("c1"))))).doesNotContain(UNKNOWN);
  }

  @Test
  void failureThatKeepsAnAnswer_notesARequestOfUnknownCost() {
    assertThat(effects(running, fail(ANSWER))).contains(UNKNOWN);
    assertThat(effects(running, fail())).doesNotContain(UNKNOWN);
  }

  private ChatCommand step(@Nullable ModelUse use) {
    return new CommitStep(Fence.of(running), List.of(ANSWER), Set.of(), use, Then.FINISH);
  }

  private ChatCommand stop(MessageBody... partial) {
    return new ChatCommand.FinishInterruption(Fence.of(stopping), List.of(partial));
  }

  private ChatCommand fail(MessageBody... kept) {
    return new ChatCommand.Fail(Fence.of(running), ERROR, List.of(kept));
  }

  private static List<Effect> effects(ChatRow row, ChatCommand command) {
    return ((Decision.Accepted) ChatMachine.decide(facts(row), command)).effects();
  }
}
