package chatd.engine.fake;

import chatd.core.chat.ChatError;
import chatd.core.message.Usage;
import chatd.core.part.Part;
import chatd.core.turn.ModelFault;
import chatd.engine.port.ModelCatalog;
import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelConfig;
import chatd.engine.port.ModelException;
import chatd.engine.port.ModelRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// A model whose every word a test decides: each request waits for what the test says next.
public final class ScriptedModel implements ModelClient, ModelCatalog {
  public static final ModelConfig MODEL =
      new ModelConfig(new UUID(9, 9), "scripted", "scripted-1", "Scripted", 1000);

  private final List<Request> answers = new ArrayList<>();
  private final List<Request> titles = new ArrayList<>();

  @Override
  public synchronized Call call(ModelRequest request) {
    var call = new Request(request);
    (request.purpose() == ModelRequest.Purpose.TITLE ? titles : answers).add(call);
    return call;
  }

  /// The requests for answers so far, in order.
  public synchronized List<Request> requests() {
    return List.copyOf(answers);
  }

  /// The newest request for an answer.
  public Request last() {
    return requests().getLast();
  }

  public synchronized List<Request> titleRequests() {
    return List.copyOf(titles);
  }

  @Override
  public Optional<ModelConfig> find(UUID id) {
    return id.equals(MODEL.id()) ? Optional.of(MODEL) : Optional.empty();
  }

  @Override
  public Optional<ModelConfig> preferred() {
    return Optional.of(MODEL);
  }

  @Override
  public List<Offer> offers() {
    return List.of(new Offer(MODEL.provider(), null, List.of(MODEL)));
  }

  @Override
  public ModelClient client(ModelConfig model) {
    return this;
  }

  /// A failure that another attempt may help against.
  public static ModelFault overloaded() {
    return new ModelFault(
        ModelFault.Kind.REFUSED,
        ChatError.of(ChatError.Kind.OVERLOADED, "The model provider is overloaded.", true),
        null);
  }

  /// A failure for good.
  public static ModelFault badKey() {
    return new ModelFault(
        ModelFault.Kind.REFUSED,
        ChatError.of(ChatError.Kind.AUTH, "The model provider refused the key.", false),
        null);
  }

  public static ModelFault retryAfter(Duration delay) {
    return new ModelFault(ModelFault.Kind.REFUSED, overloaded().error(), delay);
  }

  /// One request, told by the test what to answer.
  public static final class Request implements Call {
    private final ModelRequest request;
    private final LinkedBlockingQueue<Word> words = new LinkedBlockingQueue<>();
    private volatile boolean cancelled;

    private sealed interface Word {
      record Say(Part part) implements Word {}

      record Complete(@Nullable Usage usage) implements Word {}

      record Fail(ModelFault fault) implements Word {}
    }

    Request(ModelRequest request) {
      this.request = request;
    }

    public ModelRequest request() {
      return request;
    }

    public boolean isCancelled() {
      return cancelled;
    }

    public Request say(String... texts) {
      for (var text : texts) {
        words.add(new Word.Say(new Part.TextDelta(text)));
      }
      return this;
    }

    public Request say(Part part) {
      words.add(new Word.Say(part));
      return this;
    }

    public void complete() {
      words.add(new Word.Complete(new Usage(10L, 2L, 12L, null, null, null, null)));
    }

    public void fail(ModelFault fault) {
      words.add(new Word.Fail(fault));
    }

    @Override
    public Completion run(Sink sink) throws ModelException {
      try {
        while (true) {
          switch (words.take()) {
            case Word.Say(var part) -> sink.part(part);
            case Word.Complete(var usage) -> {
              return new Completion(usage, false);
            }
            case Word.Fail(var fault) -> throw new ModelException(fault);
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ModelException(cancelledFault());
      }
    }

    @Override
    public void cancel() {
      cancelled = true;
      fail(cancelledFault());
    }

    private static ModelFault cancelledFault() {
      return new ModelFault(
          ModelFault.Kind.CANCELLED,
          ChatError.of(ChatError.Kind.GENERIC, "The request was broken off.", true),
          null);
    }
  }
}
