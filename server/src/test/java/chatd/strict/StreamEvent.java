package chatd.strict;

import org.jspecify.annotations.Nullable;

/// One event as it was written, and its id if the carrier has ids.
public record StreamEvent(String json, @Nullable String id) {}
