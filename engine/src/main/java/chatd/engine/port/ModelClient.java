package chatd.engine.port;

import chatd.core.message.ContentPart;
import chatd.core.message.Usage;
import chatd.core.part.Part;
import org.jspecify.annotations.Nullable;

/// Speaks to one kind of model provider.
public interface ModelClient {

  /// Prepares a request; nothing is sent before [Call#run].
  Call call(ModelRequest request);

  /// One request and its streamed answer.
  interface Call {

    /// Sends the request and hands on what comes, in order, on the calling thread, until the
    /// provider says that the answer is complete. Called once.
    ///
    /// @throws ModelException if the answer did not come to its end
    Completion run(Sink sink) throws ModelException;

    /// Breaks the request off and closes its connection, from any thread, at any time, also before
    /// `run`. Then `run` ends soon with kind `CANCELLED`.
    void cancel();
  }

  /// Where an answer goes. Either method may throw what `run` then passes on.
  interface Sink {
    void part(Part part);

    /// Something to keep with the message for the provider, at this place among the parts.
    void state(ContentPart.ProviderState state);
  }

  /// The provider said that the answer is complete. `cutShort`: it reached a length limit.
  record Completion(@Nullable Usage usage, boolean cutShort) {}
}
