package chatd.bench.fuzz;

import java.io.IOException;

/// One thread's part in one kind of attack.
interface Attack extends AutoCloseable {
  /// The kind.
  String name();

  /// Draws something, sends it, and judges what comes of it.
  ///
  /// @throws IOException if a connection failed that should not have
  void carryOut(Step step) throws IOException, InterruptedException;

  /// Looks once more at everything that must hold, and gives back what it has open.
  ///
  /// @param last what is found belongs to this step
  default void finish(Step last) throws IOException, InterruptedException {}

  @Override
  default void close() {}
}
