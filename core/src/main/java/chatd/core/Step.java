package chatd.core;

import java.util.List;

/// What a machine answers to an event: its next state, and what is to be done now, in this order.
public record Step<S, A>(S next, List<A> actions) {
  public Step {
    actions = List.copyOf(actions);
  }

  /// Nothing is to be done.
  public static <S, A> Step<S, A> to(S next) {
    return new Step<>(next, List.of());
  }
}
