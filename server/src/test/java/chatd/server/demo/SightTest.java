package chatd.server.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.server.wire.JsonValue;
import org.junit.jupiter.api.Test;

class SightTest {

  private static Sight seen(String... events) {
    var sight = Sight.NOTHING;
    for (var event : events) {
      sight = sight.on(JsonValue.read(event.replace('\'', '"').getBytes(UTF_8)).orElseThrow());
    }
    return sight;
  }

  private static String status(long snapshot, String status) {
    return "{'type':'status','snapshot_version':%d,'status':{'status':'%s','worker_id':'w'}}"
        .formatted(snapshot, status);
  }

  private static String part(int attempt, int seq, String text) {
    return "{'type':'message_part','message_part':{'part':{'type':'text','text':'%s'},'generation_attempt':%d,'seq':%d}}"
        .formatted(text, attempt, seq);
  }

  @Test
  void parts_growTheWords() {
    var sight = seen(status(3, "running"), part(1, 1, "Hel"), part(1, 4, "lo"));

    assertThat(sight).isEqualTo(new Sight(3, "running", "w", 1, 4, "Hello"));
  }

  @Test
  void newAttempt_beginsAgain() {
    var sight =
        seen(
            status(3, "running"),
            part(1, 1, "Hel"),
            "{'type':'preview_reset','snapshot_version':4,'generation_attempt':2}",
            part(2, 1, "Ho"));

    assertThat(sight).isEqualTo(new Sight(3, "running", "w", 2, 1, "Ho"));
  }

  @Test
  void committedAnswer_takesThePlaceOfItsParts_andTheNextQuestionClearsIt() {
    var answer =
        "{'type':'message','message':{'role':'assistant','content':[{'type':'reasoning','text':'hm'},{'type':'text','text':'Hello'}]}}";
    var question =
        "{'type':'message','message':{'role':'user','content':[{'type':'text','text':'Hi'}]}}";

    assertThat(seen(part(1, 2, "Hel"), answer).words()).isEqualTo("Hello");
    assertThat(seen(answer, question)).isEqualTo(Sight.NOTHING);
  }

  @Test
  void longAnswer_isForgottenAtItsBeginning() {
    var sight = seen(part(1, 1, "a".repeat(1000)), part(1, 2, "the end"));

    assertThat(sight.words()).hasSize(500).endsWith("aathe end");
  }

  @Test
  void eventOfAnUnknownType_changesNothing() {
    assertThat(seen("{'type':'later'}", "[]")).isEqualTo(Sight.NOTHING);
  }
}
