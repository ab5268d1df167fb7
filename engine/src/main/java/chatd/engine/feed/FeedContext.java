package chatd.engine.feed;

import chatd.engine.port.StreamEncoder;
import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import java.util.concurrent.ThreadFactory;

/// What all feeds of a replica have around them.
record FeedContext(
    Feeds.Sources sources,
    StreamEncoder encoder,
    Time time,
    ThreadFactory threads,
    FeedLimits limits,
    Shared shared) {

  /// What all feeds use together.
  record Shared(
      Readings readings, RowBudget rows, MirrorBudget mirrors, Telemetry telemetry) {}
}
