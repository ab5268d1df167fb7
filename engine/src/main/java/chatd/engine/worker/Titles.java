package chatd.engine.worker;

import chatd.core.chat.ChatRow;
import chatd.core.message.ContentPart;
import chatd.core.message.Message;
import chatd.core.message.ModelUse;
import chatd.core.message.Usage;
import chatd.core.part.Part;
import chatd.core.turn.Prompt;
import chatd.core.turn.TitleWish;
import chatd.engine.port.DescribeChat;
import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelConfig;
import chatd.engine.port.ModelException;
import chatd.engine.port.ModelRequest;
import chatd.engine.port.StoreException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gives chats a title after their first step, beside the turn. A title that cannot be made is not
/// made: nothing waits for it, nothing fails with it.
final class Titles {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int ANSWER_MAX = 1_000;

  private final WorkerWorld world;

  Titles(WorkerWorld world) {
    this.world = world;
  }

  /// A step of this chat was committed; `history` is what it answered.
  void stepCommitted(ChatRow row, List<Message> history, ModelConfig model) {
    TitleWish.of(history)
        .ifPresent(
            prompt -> world.runtime().threads().newThread(() -> make(row, prompt, model)).start());
  }

  private void make(ChatRow row, Prompt prompt, ModelConfig model) {
    try {
      var answer = ask(row, prompt, model);
      TitleWish.clean(answer)
          .ifPresent(title ->
              world
                  .storage()
                  .chats()
                  .describe(row.id(), new DescribeChat(null, title, null, null)));
    } catch (ModelException | StoreException e) {
      world.runtime().telemetry().trouble("title of chat " + row.id(), e);
    }
  }

  private String ask(ChatRow row, Prompt prompt, ModelConfig model) throws ModelException {
    var call =
        world
            .generation()
            .models()
            .client(model)
            .call(new ModelRequest(model, prompt, List.of(), null, ModelRequest.Purpose.TITLE));
    var answer = new StringBuilder();
    var timer = world.runtime().time().after(PATIENCE, call::cancel);
    try {
      var completion =
          call.run(
              new ModelClient.Sink() {
                @Override
                public void part(Part part) {
                  if (part instanceof Part.TextDelta(var text)) {
                    answer.append(text);
                  }
                  if (answer.length() > ANSWER_MAX) {
                    call.cancel();
                  }
                }

                @Override
                public void state(ContentPart.ProviderState state) {}
              });
      note(row, model, completion.usage());
    } finally {
      timer.cancel();
    }
    return answer.toString();
  }

  private void note(ChatRow row, ModelConfig model, @Nullable Usage usage) {
    try {
      world
          .storage()
          .store()
          .record(row.id(), new ModelUse(model.id(), usage, model.prices().of(usage)));
    } catch (StoreException e) {
      // The title is worth more than its price.
      world.runtime().telemetry().trouble("cost of the title of chat " + row.id(), e);
    }
  }
}
