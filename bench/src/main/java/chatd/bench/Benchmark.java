package chatd.bench;

import java.util.List;

/// One thing to measure.
interface Benchmark {
  /// How it is chosen on the command line.
  String name();

  /// What it measures, in one line.
  String about();

  /// Whether it is left out when nothing is named.
  default boolean isOnlyIfNamed() {
    return false;
  }

  /// Measures.
  ///
  /// @param tiny with so little load that it only shows that everything works; its figures mean
  ///   nothing
  List<Finding> run(Ground ground, boolean tiny) throws Exception;
}
