package chatd.core.chat;

import chatd.core.message.ToolOrigin;

/// A tool call in history that has no result yet.
///
/// `revision` is that of the step that made the call: providers repeat their ids in later steps.
/// `byClient`: the client runs the tool, not the server.
public record OpenCall(
    long revision, String toolCallId, String toolName, boolean byClient, ToolOrigin origin) {}
