package chatd.core.chat;

/// Who has a chat, and under which acquisition. Both or neither: a chat without owner has none of
/// it.
public record Ownership(ReplicaId replica, RunId run) {}
