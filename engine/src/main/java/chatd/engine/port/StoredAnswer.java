package chatd.engine.port;

/// The answer of a request, as it was first given.
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record StoredAnswer(int status, byte[] body) {}
