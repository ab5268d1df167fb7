package chatd.server.demo;

import chatd.engine.port.ReplicaDirectory.Replica;
import java.util.List;

/// What happens to the demo. Replicas are told apart by their place in the list, from 0.
sealed interface Event {

  /// The demo begins.
  record Begun() implements Event {}

  /// Somebody pressed a key.
  record Pressed(char key) implements Event {}

  /// There will be no more keys, or the process was asked to end.
  record Ended() implements Event {}

  record Started(int actor, long pid) implements Event {}

  record Ready(int actor, long pid, String address) implements Event {}

  record Gone(int actor, long pid) implements Event {}

  /// The chat was made.
  record Opened(String chat) implements Event {}

  /// A request that changes the chat did not succeed.
  record Failed(String why) implements Event {}

  /// A viewer's stream began or ended.
  record Connected(int actor, boolean open) implements Event {}

  /// A viewer was told something.
  record Saw(int actor, Sight sight) implements Event {}

  /// A replica told who serves.
  record Listed(List<Replica> replicas) implements Event {
    public Listed {
      replicas = List.copyOf(replicas);
    }
  }
}
