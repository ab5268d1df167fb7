package chatd.engine.chats;

import chatd.core.message.ContentPart;
import chatd.core.message.ModelUse;
import chatd.core.part.Part;
import chatd.core.turn.Prompt;
import chatd.core.turn.TitleWish;
import chatd.engine.port.ModelCatalog;
import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelConfig;
import chatd.engine.port.ModelException;
import chatd.engine.port.ModelRequest;
import chatd.engine.port.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Asks a model for the title of a conversation.
public final class TitleQuestion {
  /// The longest that an answer takes.
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int ANSWER_MAX = 1_000;

  private final ModelCatalog models;
  private final Time time;

  public TitleQuestion(ModelCatalog models, Time time) {
    this.models = models;
    this.time = time;
  }

  /// The title that the model gives; empty if its answer holds none. Blocks the calling thread.
  /// `used` hears what a complete answer took and cost.
  ///
  /// @throws ModelException if there was no answer in time, or one that went on and on
  public Optional<String> ask(Prompt prompt, ModelConfig model, Consumer<ModelUse> used)
      throws ModelException {
    var call =
        models
            .client(model)
            .call(new ModelRequest(model, prompt, List.of(), null, ModelRequest.Purpose.TITLE));
    var answer = new StringBuilder();
    var timer = time.after(PATIENCE, call::cancel);
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
      var usage = completion.usage();
      used.accept(new ModelUse(model.id(), usage, model.prices().of(usage)));
    } finally {
      timer.cancel();
    }
    return TitleWish.clean(answer.toString());
  }
}
