package chatd.bench;

import chatd.bench.client.Recording.Received;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/// Reads what one viewer of chatd got during one turn, and checks that it got each part once.
final class StreamCheck {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final List<Sighting> sightings = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final StringBuilder streamed = new StringBuilder();
  private String committed = "";
  private long last;
  private int overtaken;
  private int frames;

  /// One part: when the provider sent it and when the viewer had it.
  record Sighting(long sent, long seen) {}

  private StreamCheck() {}

  /// @param parts how many there were
  static StreamCheck of(List<Received> received, int parts) {
    var check = ofEnd(received, parts);
    if (check.overtaken > 0) {
      check.faults.add("the last part is " + check.last + " and not " + parts);
    }
    return check;
  }

  /// The same for a viewer to whom the end of the answer comes on another way than its parts. What
  /// ends an answer waits for no part, and the message has what is missing; so it is none of the
  /// faults.
  static StreamCheck ofEnd(List<Received> received, int parts) {
    var check = new StreamCheck();
    for (var message : received) {
      for (var event : JSON.readTree(message.text())) {
        check.event(event, message.nanos());
      }
    }
    if (check.last + check.overtaken != parts) {
      check.faults.add("the last part is " + check.last + " and not " + parts);
    }
    if (!check.isStreamed()) {
      check.faults.add("the committed text is not what was streamed");
    }
    return check;
  }

  List<Sighting> sightings() {
    return sightings;
  }

  /// What is wrong: gaps, repeats, losses.
  List<String> faults() {
    return faults;
  }

  /// How many of the last parts came with the message only, because it was faster.
  int overtaken() {
    return overtaken;
  }

  /// How many frames carried the parts.
  int frames() {
    return frames;
  }

  private boolean isStreamed() {
    return overtaken > 0 || committed.contentEquals(streamed);
  }

  private void event(JsonNode event, long seen) {
    switch (event.get("type").asString()) {
      case "message_part" -> part(event.get("message_part"), seen);
      case "message" -> message(event.get("message"), seen);
      case "retry", "error", "history_reset" -> faults.add("unexpected: " + event);
      default -> {}
    }
  }

  private void part(JsonNode part, long seen) {
    var seq = part.get("seq").asLong();
    var first = part.path("first_seq").asLong(seq);
    if (first != last + 1) {
      faults.add("part " + first + " follows part " + last);
    }
    last = seq;
    frames++;
    var text = part.get("part").get("text").asString();
    streamed.append(text);
    var stamps = Stamps.in(text);
    if (stamps.size() != seq - first + 1) {
      faults.add("frame " + first + " to " + seq + " holds " + stamps.size() + " parts");
    }
    stamps.forEach(sent -> sightings.add(new Sighting(sent, seen)));
  }

  private void message(JsonNode message, long seen) {
    if (message.get("role").asString().equals("assistant")) {
      var text = new StringBuilder();
      for (var part : message.get("content")) {
        text.append(part.path("text").asString());
      }
      committed = text.toString();
      // The end of an earlier turn may still come, which is none of ours.
      if (committed.matches("[0-9 ]+") && committed.startsWith(streamed.toString())) {
        var rest = Stamps.in(committed.substring(streamed.length()));
        overtaken = rest.size();
        rest.forEach(sent -> sightings.add(new Sighting(sent, seen)));
      }
    }
  }
}
