package chatd.server.model;

import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelException;
import java.time.Instant;

/// One answer of a provider, put together from its events in the provider's protocol. It hands on
/// what is new and knows whether the provider ended it.
interface StreamedAnswer {

  /// Whether nothing follows this event.
  boolean isEnd(SseReader.Event event);

  /// Takes the next event.
  ///
  /// @throws ModelException if it is an error, or the answer passes a limit
  void add(SseReader.Event event) throws ModelException;

  /// Whether the provider has given a reason for the end. Only the usage may still come.
  boolean isFinished();

  /// Ends the answer: hands on the tool calls as they are now complete.
  ///
  /// @throws ModelException if the provider did not end it, or a call is not what it should be
  ModelClient.Completion complete(Instant now) throws ModelException;
}
