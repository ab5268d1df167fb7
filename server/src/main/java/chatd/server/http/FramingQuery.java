package chatd.server.http;

import chatd.core.feed.Framing;

/// How a client wants its socket framed, by the query.
final class FramingQuery {
  private FramingQuery() {}

  /// `usual`: if the query does not say. Anything but an envelope leaves the route.
  static Framing of(QueryParameters query, Framing usual) {
    var framing = query.text("framing");
    if (framing == null) {
      return usual;
    }
    if (!framing.equals("envelope")) {
      throw QueryParameters.invalid("framing", "must be \"envelope\"").asException();
    }
    return Framing.ENVELOPE;
  }
}
