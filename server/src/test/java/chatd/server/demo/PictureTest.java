package chatd.server.demo;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ReplicaId;
import chatd.engine.port.ReplicaDirectory.Replica;
import chatd.server.demo.Actor.Life;
import chatd.server.demo.Actor.Viewer;
import chatd.server.demo.Scene.Choice;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PictureTest {
  private static final Picture PICTURE = new Picture(List.of("  Token: ..."));
  private static final String ID = "6b8e9e5e-7f0d-4c1f-9d51-6f0a3f1f8e21";

  private static Replica replica(String address, int ageMillis, int turns, Replica.State state) {
    return new Replica(
        new ReplicaId(new UUID(0, turns)),
        address,
        "1",
        Instant.EPOCH,
        Duration.ofMillis(ageMillis),
        turns,
        state);
  }

  private static final Scene TAKEN_OVER =
      new Scene(
          List.of(
              new Actor(
                  Life.GONE,
                  Duration.ofSeconds(11),
                  4711,
                  "http://127.0.0.1:41001",
                  new Viewer(false, new Sight(3, "running", "x", 1, 42, "Once upon"))),
              new Actor(
                  Life.ALIVE,
                  Duration.ofSeconds(2),
                  4712,
                  "http://127.0.0.1:41002",
                  new Viewer(true, new Sight(5, "running", "y", 2, 7, "Once\n\nupon a\ttime"))),
              new Actor(
                  Life.FROZEN,
                  Duration.ofSeconds(10),
                  4713,
                  "http://127.0.0.1:41003",
                  new Viewer(true, new Sight(3, "running", "x", 1, 40, "word ".repeat(40))))),
          new Choice(1, true),
          ID,
          List.of(
              replica("http://127.0.0.1:41001", 2_100, 0, Replica.State.DEAD),
              replica("http://127.0.0.1:41002", 300, 1, Replica.State.ALIVE),
              replica("http://127.0.0.1:41003", 4_000, 0, Replica.State.ALIVE)),
          OptionalInt.of(1),
          Story.BEGINNING
              .and(Duration.ofMillis(4_250), "replica 1 runs the chat")
              .and(Duration.ofSeconds(11), "you kill -9 replica 1"));

  @Test
  void picture_showsReplicasViewersAndWhatHasHappened() {
    assertThat(PICTURE.of(TAKEN_OVER, Duration.ofSeconds(14)))
        .containsExactly(
            "chatd demo: three replicas over one PostgreSQL, and one chat                                   14 s",
            "",
            "    replica  address                 process  state           heartbeat  turns",
            "    1        http://127.0.0.1:41001  4711     gone 3 s            2.1 s      0",
            "  > 2        http://127.0.0.1:41002  4712     alive, answers      0.3 s      1",
            "    3        http://127.0.0.1:41003  4713     frozen 4 s          4.0 s      0",
            "",
            "  Chat " + ID + ": running by replica 2. A viewer at each sees:",
            "    at 1     cut off, part 42    Once upon",
            "    at 2     part 7              Once upon a time",
            "    at 3     part 40             …d word word word word word word word word word word word word word",
            "",
            "  What has happened",
            "     4.3 s  replica 1 runs the chat",
            "    11.0 s  you kill -9 replica 1",
            "",
            "",
            "",
            "",
            "",
            "",
            "  1 2 3 choose   k kill -9   f freeze, thaw   s start   m send a message   q quit",
            "  Token: ...");
  }

  @Test
  void picture_ofTheBeginning_fitsToo() {
    var lines = PICTURE.of(Scene.empty(3), Duration.ZERO);

    assertThat(lines).hasSize(23).contains("  The chat begins when the replicas are there.");
  }

  @Test
  void picture_ofALongStory_showsItsEnd() {
    var story = Story.BEGINNING;
    for (var i = 1; i <= 100; i++) {
      story = story.and(Duration.ofSeconds(i), "sentence " + i);
    }
    var scene =
        new Scene(
            TAKEN_OVER.actors(),
            TAKEN_OVER.choice(),
            ID,
            TAKEN_OVER.directory(),
            TAKEN_OVER.runner(),
            story);

    assertThat(PICTURE.of(scene, Duration.ofSeconds(100)))
        .hasSize(23)
        .contains("    94.0 s  sentence 94", "   100.0 s  sentence 100")
        .noneMatch(line -> line.contains("sentence 93"));
    assertThat(story.after(98))
        .extracting(Story.Entry::sentence)
        .containsExactly("sentence 99", "sentence 100");
    assertThat(story.after(0)).hasSize(50);
  }

  @Test
  void tail_keepsCharactersWholeAndLinesOne() {
    assertThat(Picture.tail("a\r\n\u001b[31mb", 10)).isEqualTo("a [31mb");
    assertThat(Picture.tail("abc😀de", 4)).isEqualTo("…de");
    assertThat(Picture.tail("abc😀de", 5)).isEqualTo("…😀de");
  }
}
