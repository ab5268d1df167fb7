package chatd.server.cli;

/// Which chatd this is.
///
/// @param command what people type to run it, as a shell reads it: it stands in hints and examples
public record Program(String command, String version) {}
