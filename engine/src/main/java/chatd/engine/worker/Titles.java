package chatd.engine.worker;

import chatd.core.chat.ChatRow;
import chatd.core.message.Message;
import chatd.core.message.ModelUse;
import chatd.core.turn.Prompt;
import chatd.core.turn.TitleWish;
import chatd.engine.chats.TitleQuestion;
import chatd.engine.port.DescribeChat;
import chatd.engine.port.ModelConfig;
import chatd.engine.port.ModelException;
import chatd.engine.port.StoreException;
import java.util.List;

/// Gives chats a title after their first step, beside the turn. A title that cannot be made is not
/// made: nothing waits for it, nothing fails with it.
final class Titles {
  private final WorkerWorld world;
  private final TitleQuestion question;

  Titles(WorkerWorld world) {
    this.world = world;
    this.question = new TitleQuestion(world.generation().models(), world.runtime().time());
  }

  /// A step of this chat was committed; `history` is what it answered.
  void stepCommitted(ChatRow row, List<Message> history, ModelConfig model) {
    TitleWish.of(history)
        .ifPresent(
            prompt -> world.runtime().threads().newThread(() -> make(row, prompt, model)).start());
  }

  private void make(ChatRow row, Prompt prompt, ModelConfig model) {
    try {
      question
          .ask(prompt, model, use -> note(row, use))
          .ifPresent(title ->
              world
                  .storage()
                  .chats()
                  .describe(row.id(), new DescribeChat(null, title, null, null)));
    } catch (ModelException | StoreException e) {
      world.runtime().telemetry().trouble("title of chat " + row.id(), e);
    }
  }

  private void note(ChatRow row, ModelUse use) {
    try {
      world.storage().store().record(row.id(), use);
    } catch (StoreException e) {
      // The title is worth more than its price.
      world.runtime().telemetry().trouble("cost of the title of chat " + row.id(), e);
    }
  }
}
