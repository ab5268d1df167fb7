package chatd.server.model;

import chatd.core.message.Usage;
import chatd.core.part.Part;
import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// One answer as its events come: hands on what is new and knows whether the provider ended it.
final class ChatAnswer implements StreamedAnswer {
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  private final ModelClient.Sink sink;
  private final ProviderFaults faults;
  private final ToolCallAssembly calls;

  private @Nullable String finishReason;
  private @Nullable Usage usage;

  ChatAnswer(ModelClient.Sink sink, ProviderFaults faults) {
    this.sink = sink;
    this.faults = faults;
    calls = new ToolCallAssembly(faults);
  }

  @Override
  public boolean isEnd(SseReader.Event event) {
    return Arrays.equals(event.data(), DONE);
  }

  @Override
  public boolean isFinished() {
    return finishReason != null;
  }

  @Override
  public void add(SseReader.Event event) throws ModelException {
    if (event.type().equals("error")) {
      throw new ModelException(faults.inStream(ProviderError.ofBody(event.data())));
    }
    try {
      add(ChatChunk.parse(event.data()));
    } catch (JacksonException broken) {
      throw new ModelException(faults.malformed("An event is not what it should be."), broken);
    }
  }

  private void add(ChatChunk chunk) throws ModelException {
    var error = chunk.error();
    if (error != null) {
      throw new ModelException(faults.inStream(error));
    }
    if (!chunk.reasoning().isEmpty()) {
      sink.part(new Part.ReasoningDelta(chunk.reasoning()));
    }
    if (!chunk.text().isEmpty()) {
      sink.part(new Part.TextDelta(chunk.text()));
    }
    for (var piece : chunk.calls()) {
      var delta = calls.add(piece);
      if (delta != null) {
        sink.part(delta);
      }
    }
    usage = chunk.usage() == null ? usage : chunk.usage();
    var reason = chunk.finishReason();
    if (reason != null) {
      checkIsEnd(reason);
      finishReason = reason;
    }
  }

  private void checkIsEnd(String reason) throws ModelException {
    switch (reason) {
      case "content_filter" -> throw new ModelException(faults.contentFilter());
      case "insufficient_system_resource" -> throw new ModelException(faults.overloaded());
      case "error" -> throw new ModelException(faults.inStream(ProviderError.SILENT));
      default -> {}
    }
  }

  @Override
  public ModelClient.Completion complete(Instant now) throws ModelException {
    if (finishReason == null) {
      throw new ModelException(faults.dropped());
    }
    var cutShort = finishReason.equals("length");
    for (var call : calls.complete(cutShort, now)) {
      sink.part(new Part.Whole(call));
    }
    return new ModelClient.Completion(usage, cutShort);
  }
}
