package chatd.server.cli;

/// How the system asks this process to end.
@FunctionalInterface
public interface EndRequests {

  /// Has `stop` run once the process is asked to end.
  void onEndRequest(Runnable stop);
}
