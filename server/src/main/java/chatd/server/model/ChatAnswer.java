package chatd.server.model;

import chatd.core.message.Usage;
import chatd.core.part.Part;
import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One answer as its events come: hands on what is new and knows whether the provider ended it.
final class ChatAnswer {
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

  /// Whether the provider has given a reason for the end. Only the usage may still come.
  boolean isFinished() {
    return finishReason != null;
  }

  /// Takes the next event.
  ///
  /// @throws ModelException if it is an error, or the answer passes a limit
  void add(ChatChunk chunk) throws ModelException {
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

  /// Ends the answer: hands on the tool calls as they are now complete.
  ///
  /// @throws ModelException if the provider did not end it, or a call is not what it should be
  ModelClient.Completion complete(Instant now) throws ModelException {
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
