package chatd.server.cli;

/// Tells whoever waits for a start what takes so long. It may be called by any thread.
@FunctionalInterface
public interface Progress {
  void tell(String sentence);
}
