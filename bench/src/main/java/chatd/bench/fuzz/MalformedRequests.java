package chatd.bench.fuzz;

import chatd.bench.user.Dice;

/// Makes bytes that are not quite requests.
final class MalformedRequests {
  /// How the id of a request begins that stands where only a confused server would see one.
  static final String SMUGGLED = "smuggled-";

  private final MalformedHeads heads;
  private final MalformedBodies bodies;

  /// For one user.
  ///
  /// @param token of the user in whose name they come
  MalformedRequests(String token) {
    var head = new RequestHead(token);
    this.heads = new MalformedHeads(head);
    this.bodies = new MalformedBodies(head);
  }

  Malformed draw(Dice dice) {
    return dice.oneIn(2) ? heads.draw(dice) : bodies.draw(dice);
  }
}
