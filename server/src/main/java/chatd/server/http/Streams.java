package chatd.server.http;

/// How streams are carried, and who serves them.
public record Streams(
    StreamEndpoint.Opening webSocket,
    StreamEndpoint.Opening serverSentEvents,
    Watching watching,
    WatchingAll watchingAll) {}
