package chatd.server.http;

/// Hears of every request that was answered, to count it.
@FunctionalInterface
public interface RequestFigures {

  /// A request whose answer has begun. Called on the way of the answer, so it must not block.
  ///
  /// @param method one that HTTP knows, or `other`
  /// @param route with the names of its parameters, or `none` if the request reached no route
  /// @param status the class of the status, such as `2xx`
  /// @param nanos from the end of the request's headers to the beginning of the answer
  void answered(String method, String route, String status, long nanos);
}
