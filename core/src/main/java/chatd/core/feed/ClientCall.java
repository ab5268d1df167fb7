package chatd.core.feed;

import chatd.core.message.RawJson;

/// A call that the client has to run and answer.
public record ClientCall(String toolCallId, String toolName, RawJson args) {}
