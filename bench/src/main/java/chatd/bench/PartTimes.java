package chatd.bench;

import chatd.bench.client.Recording.Received;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/// When the parts in a message of a stream were sent by the provider.
final class PartTimes {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private PartTimes() {}

  /// Of all stamped parts in it, in order.
  static List<Long> in(Received message) {
    var times = new ArrayList<Long>();
    for (var event : JSON.readTree(message.text())) {
      if (event.get("type").asString().equals("message_part")) {
        times.addAll(Stamps.in(event.get("message_part").get("part").get("text").asString()));
      }
    }
    return times;
  }
}
