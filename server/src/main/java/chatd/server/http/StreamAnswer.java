package chatd.server.http;

import chatd.engine.port.Carrier;
import chatd.engine.port.CarrierListener;
import java.util.function.Function;

/// What a route says to a request for a stream, before anything was sent.
public sealed interface StreamAnswer {

  /// The request is answered as plain HTTP.
  record Refused(ErrorAnswer answer) implements StreamAnswer {}

  /// The stream is opened. `viewer` is called at most once, while a refusal is still possible (by
  /// throwing), and what it returns is always told of the end. Nothing is sent before it returned.
  record Accepted(Function<Carrier, CarrierListener> viewer) implements StreamAnswer {}
}
