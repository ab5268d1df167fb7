package chatd.bench.user;

import java.util.List;

/// The replicas that are attacked.
///
/// @param adminToken of the administrator, who makes the users that attack
public record Deployment(List<Integer> ports, String adminToken) {
  public Deployment {
    ports = List.copyOf(ports);
  }

  public int port(Dice dice) {
    return dice.of(ports);
  }
}
