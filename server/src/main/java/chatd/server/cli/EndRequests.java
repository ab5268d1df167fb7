package chatd.server.cli;

/// How this process is asked to end.
@FunctionalInterface
public interface EndRequests {

  /// Runs `first` when the process is asked to end, and `again` when somebody gets impatient. Each
  /// runs once at most, on a thread of its own.
  void onEndRequest(Runnable first, Runnable again);

  /// By the signals of the operating system.
  static EndRequests ofProcess() {
    return Signals::listen;
  }
}
