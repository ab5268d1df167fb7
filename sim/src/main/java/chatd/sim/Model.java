package chatd.sim;

import chatd.core.chat.ChatError;
import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.core.message.Role;
import chatd.core.message.ToolOrigin;
import chatd.core.message.Usage;
import chatd.core.part.Part;
import chatd.core.turn.ModelFault;
import chatd.engine.fake.EveryCallAnsweredOnce;
import chatd.engine.loop.Pause;
import chatd.engine.port.ModelCatalog;
import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelConfig;
import chatd.engine.port.ModelException;
import chatd.engine.port.ModelRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The model as one replica reaches it: it says words, some of them twice, thinks, calls tools,
/// fails, and falls silent.
final class Model implements ModelCatalog, ModelClient {
  static final ModelConfig CONFIG =
      new ModelConfig(new UUID(9, 9), "simulated", "simulated-1", "Simulated", 1000);

  /// Text that is hard to carry.
  private static final List<String> HARD =
      List.of("\0", "\ud83d", "\udc00", "\u2028", "\"\\", "é漢😀", "\n\r\t", "");

  private final World world;
  private final Replica process;
  private String lastWord = "<>";

  Model(World world, Replica process) {
    this.world = world;
    this.process = process;
  }

  @Override
  public Optional<ModelConfig> find(UUID id) {
    return id.equals(CONFIG.id()) ? Optional.of(CONFIG) : Optional.empty();
  }

  @Override
  public Optional<ModelConfig> preferred() {
    return Optional.of(CONFIG);
  }

  @Override
  public List<Offer> offers() {
    return List.of(new Offer(CONFIG.provider(), null, List.of(CONFIG)));
  }

  @Override
  public ModelClient client(ModelConfig model) {
    return this;
  }

  @Override
  public Call call(ModelRequest request) {
    var rule = new EveryCallAnsweredOnce();
    String wrong = null;
    try {
      rule.check(request.prompt());
    } catch (AssertionError e) {
      wrong = e.getMessage();
    }
    if (rule.checked() > 0 || wrong != null) {
      var problem = wrong;
      world.checks.that(problem == null, Promise.P11, () -> "a model was asked with " + problem);
    }
    var answer = new Answer(request);
    world.trace.event("model", process.number, () -> process.name() + " asks the model");
    process.calls.add(answer);
    return answer;
  }

  /// One request.
  final class Answer implements Call {
    private final ModelRequest request;
    private volatile boolean isCancelled;
    private final String asked;
    private @Nullable Sink sink;
    private volatile Pause pause = new Pause();

    Answer(ModelRequest request) {
      this.request = request;
      this.asked =
          request.prompt().entries().reversed().stream()
              .filter(entry -> entry.role() == Role.USER)
              .findFirst()
              .map(entry -> Judge.text(entry.content()))
              .orElse("");
    }

    /// Whether it answers this message of a person.
    boolean answers(String text) {
      return request.purpose() == ModelRequest.Purpose.ANSWER && text.equals(asked);
    }

    @Override
    public void cancel() {
      isCancelled = true;
      pause.end();
    }

    @Override
    public Completion run(Sink into) throws ModelException {
      try {
        sink = into;
        return answer(into);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ModelException(fault(ModelFault.Kind.CANCELLED, true));
      } finally {
        process.calls.remove(this);
      }
    }

    private Completion answer(Sink sink) throws InterruptedException, ModelException {
      rest(world.millis(1, 400));
      if (request.purpose() == ModelRequest.Purpose.TITLE) {
        sink.part(new Part.TextDelta("title " + world.random.nextInt(1000)));
        return new Completion(null, false);
      }
      var thinks = world.chance(0.2);
      for (var i = length(); i > 0; i--) {
        failPerhaps();
        if (thinks && world.chance(0.6)) {
          sink.part(new Part.ReasoningDelta(word()));
        } else {
          thinks = false;
          sink.part(new Part.TextDelta(word()));
        }
        rest(world.chance(0.05) ? world.millis(500, 3_000) : world.millis(1, 300));
      }
      if (!world.isQuiet && world.chance(0.25)) {
        callTools(sink);
      }
      failPerhaps();
      return new Completion(new Usage(10L, 2L, 12L, null, null, null, null), false);
    }

    /// Some answers take longer than any link may be down.
    private int length() {
      return !world.isQuiet && world.chance(0.05)
          ? world.random.nextInt(60, 120)
          : world.random.nextInt(10);
    }

    private void callTools(Sink sink) {
      for (var i = world.random.nextInt(1, 4); i > 0; i--) {
        var name = world.any(List.of("look", "read", "nobody"));
        sink.part(
            new Part.Whole(
                new ContentPart.ToolCall(
                    "c" + i, name, RawJson.EMPTY_OBJECT, ToolOrigin.NONE, null)));
      }
    }

    private void failPerhaps() throws InterruptedException, ModelException {
      if (world.isQuiet) {
        return;
      }
      if (world.chance(0.02)) {
        world.draws.fault("model overloaded");
        throw new ModelException(fault(ModelFault.Kind.REFUSED, true));
      }
      if (world.chance(0.01)) {
        world.draws.fault("model connection dropped");
        throw new ModelException(fault(ModelFault.Kind.DROPPED, true));
      }
      if (world.chance(0.003)) {
        world.draws.fault("model refuses for good");
        throw new ModelException(fault(ModelFault.Kind.REFUSED, false));
      }
      if (world.chance(0.005)) {
        world.draws.fault("model silent");
        rest(Duration.ofMinutes(30).toNanos());
      }
    }

    private void rest(long nanos) throws InterruptedException, ModelException {
      var mine = new Pause();
      pause = mine;
      if (!isCancelled) {
        mine.await(process.time(), Duration.ofNanos(nanos));
      }
      if (isCancelled) {
        if (sink != null && world.chance(0.3)) {
          sink.part(new Part.TextDelta(word())); // It was on its way.
        }
        throw new ModelException(fault(ModelFault.Kind.CANCELLED, true));
      }
    }
  }

  private String word() {
    if (!world.chance(0.1)) {
      var hard = world.chance(0.1) ? world.any(HARD) : "";
      lastWord = "<" + world.nextWord() + hard + ">";
    }
    return lastWord;
  }

  private static ModelFault fault(ModelFault.Kind kind, boolean retryable) {
    return new ModelFault(
        kind,
        ChatError.of(ChatError.Kind.OVERLOADED, "The model fails (" + kind + ").", retryable),
        null);
  }
}
