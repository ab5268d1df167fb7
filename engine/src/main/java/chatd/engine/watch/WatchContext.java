package chatd.engine.watch;

import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import chatd.engine.port.WatchEncoder;
import java.util.concurrent.ThreadFactory;

/// What watching has around it on a replica.
record WatchContext(
    Watches.Sources sources,
    WatchEncoder encoder,
    Time time,
    ThreadFactory threads,
    Watches.Limits limits,
    Telemetry telemetry) {}
