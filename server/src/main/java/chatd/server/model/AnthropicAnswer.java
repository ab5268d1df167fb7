package chatd.server.model;

import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.core.message.Usage;
import chatd.core.part.Part;
import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// One answer of the Messages API as its events come: blocks that begin, grow and end.
///
/// Thoughts are shown, and besides kept whole with the signature that the provider gave them,
/// because it wants them back with the results of tools.
final class AnthropicAnswer implements StreamedAnswer {
  /// The most characters of what is kept for the provider, per block.
  private static final int HIDDEN_MAX = 2 << 20;

  private final ModelClient.Sink sink;
  private final ProviderFaults faults;
  private final ToolCallAssembly calls;
  private final Map<Integer, Thought> thoughts = new HashMap<>();
  private final Set<Integer> callsBegun = new HashSet<>();
  private final Counts counts = new Counts();

  private @Nullable String stopReason;

  AnthropicAnswer(ModelClient.Sink sink, ProviderFaults faults) {
    this.sink = sink;
    this.faults = faults;
    calls = new ToolCallAssembly(faults);
  }

  /// A block of thoughts while it grows.
  private static final class Thought {
    final StringBuilder text = new StringBuilder();
    final StringBuilder signature = new StringBuilder();
  }

  /// What the provider has counted so far; each event that counts replaces what was said before.
  private static final class Counts {
    @Nullable Long input;
    @Nullable Long output;
    @Nullable Long cacheRead;
    @Nullable Long cacheWritten;

    void take(AnthropicEvent.Counts said) {
      input = said.input() == null ? input : said.input();
      output = said.output() == null ? output : said.output();
      cacheRead = said.cacheRead() == null ? cacheRead : said.cacheRead();
      cacheWritten = said.cacheWritten() == null ? cacheWritten : said.cacheWritten();
    }

    /// The provider counts what went through its cache apart.
    @Nullable Usage usage() {
      if (input == null && output == null) {
        return null;
      }
      var all = input == null ? null : (Long) (input + orNone(cacheRead) + orNone(cacheWritten));
      var total = all == null || output == null ? null : (Long) (all + output);
      return new Usage(all, output, total, null, cacheWritten, cacheRead, null);
    }

    private static long orNone(@Nullable Long tokens) {
      return tokens == null ? 0 : tokens;
    }
  }

  @Override
  public boolean isEnd(SseReader.Event event) {
    return event.type().equals("message_stop");
  }

  @Override
  public boolean isFinished() {
    return stopReason != null;
  }

  @Override
  public void add(SseReader.Event event) throws ModelException {
    if (event.type().equals("error")) {
      throw new ModelException(faults.inStream(ProviderError.ofBody(event.data())));
    }
    AnthropicEvent read;
    try {
      read = AnthropicEvent.parse(event.data());
    } catch (JacksonException broken) {
      throw new ModelException(faults.malformed("An event is not what it should be."), broken);
    }
    counts.take(read.counts());
    switch (read.type()) {
      case "content_block_start" -> begin(read.index(), read.block());
      case "content_block_delta" -> grow(read.index(), read.block());
      case "content_block_stop" -> end(read.index());
      case "message_delta" -> stop(read.stopReason());
      case "error" -> throw new ModelException(faults.inStream(ProviderError.ofBody(event.data())));
      default -> {} // The start, a ping, or something newer.
    }
  }

  private void begin(int index, AnthropicEvent.Block block) throws ModelException {
    switch (block.type()) {
      case "text" -> text(block.text());
      case "thinking" -> {
        thoughts.put(index, new Thought());
        think(index, block.text());
      }
      case "redacted_thinking" -> keep(AnthropicState.redacted(block.data()));
      case "tool_use" -> {
        callsBegun.add(index);
        call(index, block.id(), block.name(), "");
      }
      default -> {} // What the provider did itself.
    }
  }

  private void grow(int index, AnthropicEvent.Block delta) throws ModelException {
    switch (delta.type()) {
      case "text_delta" -> text(delta.text());
      case "thinking_delta" -> think(index, delta.text());
      case "signature_delta" -> {
        var thought = thoughts.get(index);
        if (thought != null) {
          thought.signature.append(delta.data());
          checkSize(thought.signature.length());
        }
      }
      case "input_json_delta" -> {
        if (callsBegun.contains(index)) { // Not for what the provider runs itself.
          call(index, "", "", delta.data());
        }
      }
      default -> {}
    }
  }

  private void text(String text) {
    if (!text.isEmpty()) {
      sink.part(new Part.TextDelta(text));
    }
  }

  private void think(int index, String text) {
    var thought = thoughts.get(index);
    if (thought != null && !text.isEmpty()) {
      thought.text.append(text);
      sink.part(new Part.ReasoningDelta(text));
    }
  }

  private void call(int index, String id, String name, String arguments) throws ModelException {
    var delta = calls.add(new ChatChunk.CallDelta(index, id, name, arguments));
    if (delta != null) {
      sink.part(delta);
    }
  }

  private void end(int index) throws ModelException {
    var thought = thoughts.remove(index);
    if (thought != null && !thought.signature.isEmpty()) {
      keep(AnthropicState.thinking(thought.text.toString(), thought.signature.toString()));
    }
  }

  private void keep(RawJson state) throws ModelException {
    checkSize(state.text().length());
    sink.state(new ContentPart.ProviderState(AnthropicState.PROVIDER, state));
  }

  /// What is not shown is not counted elsewhere.
  private void checkSize(int size) throws ModelException {
    if (size > HIDDEN_MAX) {
      throw new ModelException(faults.malformed("What is to be kept for it is too large."));
    }
  }

  private void stop(String reason) throws ModelException {
    if (reason.equals("refusal")) {
      throw new ModelException(faults.contentFilter());
    }
    stopReason = reason.isEmpty() ? stopReason : reason;
  }

  @Override
  public ModelClient.Completion complete(Instant now) throws ModelException {
    if (stopReason == null) {
      throw new ModelException(faults.dropped());
    }
    var cutShort =
        stopReason.equals("max_tokens") || stopReason.equals("model_context_window_exceeded");
    for (var call : calls.complete(cutShort, now)) {
      sink.part(new Part.Whole(call));
    }
    return new ModelClient.Completion(counts.usage(), cutShort);
  }
}
