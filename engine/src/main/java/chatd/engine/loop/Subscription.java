package chatd.engine.loop;

/// Something that is heard until it is ended.
@FunctionalInterface
public interface Subscription {
  /// Nothing more is heard after this, apart from what is on its way already.
  void end();
}
