package chatd.engine.feed;

import chatd.engine.port.StreamEncoder;
import chatd.engine.port.Time;
import java.util.concurrent.ThreadFactory;

/// What all feeds of a replica have around them.
record FeedContext(
    Feeds.Sources sources,
    StreamEncoder encoder,
    Time time,
    ThreadFactory threads,
    FeedLimits limits,
    Readings readings,
    RowBudget rows) {}
