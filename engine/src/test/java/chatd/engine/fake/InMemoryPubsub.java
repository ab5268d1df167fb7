package chatd.engine.fake;

import chatd.engine.port.Hint;
import chatd.engine.port.Pubsub;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/// Hints between replicas in memory. Each replica has a [#member]; a test says what happens to the
/// hints on their way.
public final class InMemoryPubsub {
  private final List<Member> members = new CopyOnWriteArrayList<>();
  private volatile UnaryOperator<List<Hint>> way = UnaryOperator.identity();

  /// Passes every batch of hints through `fault`, which may drop, repeat or reorder them.
  public void disturb(UnaryOperator<List<Hint>> fault) {
    way = fault;
  }

  /// One replica's access.
  public Pubsub member() {
    var member = new Member();
    members.add(member);
    return member;
  }

  /// Tells every listener that hints may have been lost.
  public void resume() {
    members.forEach(member -> member.listeners.forEach(Pubsub.Listener::resumed));
  }

  private final class Member implements Pubsub {
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    @Override
    public void publish(Hint hint) {
      for (var carried : way.apply(new ArrayList<>(List.of(hint)))) {
        members.stream()
            .filter(member -> member != this)
            .forEach(member -> member.listeners.forEach(listener -> listener.hinted(carried)));
      }
    }

    @Override
    public void publishModels() {
      members.stream()
          .filter(member -> member != this)
          .forEach(member -> member.listeners.forEach(Listener::modelsChanged));
    }

    @Override
    public void listen(Listener listener) {
      listeners.add(listener);
    }
  }
}
