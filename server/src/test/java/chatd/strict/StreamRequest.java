package chatd.strict;

import org.jspecify.annotations.Nullable;

/// Where a client asks a stream to begin.
public record StreamRequest(String query, @Nullable String lastEventId) {}
