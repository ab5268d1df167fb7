package chatd.bench;

import chatd.bench.client.Recording.Received;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/// What the messages of a stream tell about who works on the chat.
final class StreamFacts {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private StreamFacts() {}

  /// What a part belongs to.
  record Episode(long historyVersion, long attempt) implements Comparable<Episode> {
    private static final Episode NONE = new Episode(0, 0);
    private static final Comparator<Episode> ORDER =
        Comparator.comparingLong(Episode::historyVersion).thenComparingLong(Episode::attempt);

    private static Episode of(JsonNode part) {
      return new Episode(
          part.get("history_version").asLong(), part.get("generation_attempt").asLong());
    }

    @Override
    public int compareTo(Episode other) {
      return ORDER.compare(this, other);
    }
  }

  /// The newest one of which parts came.
  static Episode newest(List<Received> received) {
    return received.stream()
        .flatMap(StreamFacts::parts)
        .map(Episode::of)
        .max(Comparator.naturalOrder())
        .orElse(Episode.NONE);
  }

  static boolean hasParts(List<Received> received) {
    return !newest(received).equals(Episode.NONE);
  }

  /// When the first part came that is newer than this.
  static OptionalLong firstPartAfter(Episode known, List<Received> received) {
    return received.stream()
        .filter(message -> parts(message).anyMatch(part -> Episode.of(part).compareTo(known) > 0))
        .mapToLong(Received::nanos)
        .findFirst();
  }

  /// The replica that worked on the chat last.
  static Optional<String> worker(List<Received> received) {
    return received.stream()
        .flatMap(message -> events(message, "status"))
        .map(status -> status.path("worker_id").asString(""))
        .filter(id -> !id.isEmpty())
        .reduce((_, later) -> later);
  }

  private static Stream<JsonNode> parts(Received message) {
    return events(message, "message_part");
  }

  /// The events of this type: what stands under their name.
  private static Stream<JsonNode> events(Received message, String type) {
    if (!message.contains("\"type\":\"" + type + "\"")) {
      return Stream.empty();
    }
    return JSON.readTree(message.text())
        .valueStream()
        .filter(event -> event.get("type").asString().equals(type))
        .map(event -> event.get(type));
  }
}
