package chatd.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import chatd.server.wire.Json;
import chatd.strict.JsonSlices;
import chatd.strict.StreamRequest;
import chatd.strict.StrictClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// An episode of 500 parts, resumed at every number over every carrier: what follows is the same,
/// byte by byte.
@Tag("slow")
class ResumeEverywhereTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final int PARTS = 500;
  private static final int REASONED = 120;

  /// Every frame that was seen, by its numbers.
  private final Map<String, String> frames = new HashMap<>();

  @Test
  void everyNumber_isAPointToResumeFrom() throws IOException {
    var deltas = deltas();
    var escaped = new ArrayList<String>();
    for (var delta : deltas) {
      var quoted = new String(Json.write(json -> json.writeString(delta)), US_ASCII);
      escaped.add(quoted.substring(1, quoted.length() - 1));
    }
    var gate = new CountDownLatch(1);
    try (var stage = Stage.with(POSTGRES)) {
      stage.answer("resume", script(deltas).pause(gate).finish("stop").done());
      try (var replica = stage.setup("--max-streams-per-user", "2000").startInside()) {
        var user = replica.client();
        var chat = user.create("resume");
        try (var viewer = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
          viewer.await("all parts", c -> c.last() == PARTS);
          var at = viewer.<StrictClient.Episode>get(StrictClient::episode);
          var held = viewer.<Long>get(c -> c.messages().lastKey());
          for (var kind : Kind.values()) {
            for (var seq = 0; seq <= PARTS; seq++) {
              var position = at.history() + "." + at.attempt() + "." + seq;
              var follows = resume(user, chat, kind, position, held, seq);
              assertThat(follows)
                  .as("what follows %d over %s", seq, kind)
                  .isEqualTo(String.join("", escaped.subList(seq, PARTS)));
            }
          }
          gate.countDown();
          viewer.awaitStatus("waiting");
          viewer.mustShowWhatIsStored();
        }
      }
    }
  }

  /// Everything that a delta can be made of, in pieces that are easily told apart.
  private static String[] deltas() {
    var deltas = new String[PARTS];
    for (var i = 0; i < PARTS; i++) {
      deltas[i] =
          i + (i % 7 == 0 ? "\u0000\"\\" : i % 5 == 0 ? "é😀" : i % 11 == 0 ? "\uDC00" : " ");
    }
    return deltas;
  }

  private static Script script(String[] deltas) {
    var script = Script.begin();
    for (var i = 0; i < PARTS; i++) {
      script = i < REASONED ? script.reasoning(deltas[i]) : script.text(deltas[i]);
    }
    return script;
  }

  /// The escaped text of what comes behind a position.
  private String resume(ApiClient user, String chat, Kind kind, String position, long held, int seq)
      throws IOException {
    var request =
        kind == Kind.SSE
            ? new StreamRequest("", position + "." + held)
            : new StreamRequest("after_id=" + held + "&cursor=" + position, null);
    var text = new StringBuilder();
    try (var socket = StreamSocket.open(kind, user, chat, request, StreamSocket.Pace.USUAL)) {
      var types = new ArrayList<String>();
      var last = seq;
      while (last < PARTS || types.size() < 2) {
        var events = socket.next();
        assertThat(events).isNotEmpty();
        for (var event : events) {
          var type = JsonSlices.member(event.json(), "type");
          if (!type.equals("\"message_part\"")) {
            types.add(type);
            continue;
          }
          var part = JsonSlices.member(event.json(), "message_part");
          var numbers = ApiClient.MAPPER.readTree(part);
          var to = numbers.path("seq").asInt();
          var from = numbers.path("first_seq").asInt(to);
          assertThat(from).isEqualTo(last + 1);
          assertThat(frames.computeIfAbsent(from + "-" + to, _ -> part)).isEqualTo(part);
          last = to;
          var delta = JsonSlices.member(JsonSlices.member(part, "part"), "text");
          text.append(delta, 1, delta.length() - 1);
        }
      }
      assertThat(types).containsExactly("\"queue_update\"", "\"status\"");
    }
    return text.toString();
  }
}
