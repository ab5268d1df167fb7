package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chatd.e2e.StreamSocket.End;
import chatd.e2e.StreamSocket.Kind;
import chatd.server.postgres.embedded.TestPostgres;
import chatd.strict.StreamRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is done to a chat whose turn is over, seen by those who watch it on another replica.
@Timeout(120)
class ChatAtRestTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final Duration SOON = Duration.ofSeconds(5);

  private static Stage stage;
  private static Replica here;
  private static Replica there;
  private static ApiClient user;

  @BeforeAll
  static void start() {
    stage = Stage.with(POSTGRES);
    here = stage.setup().startInside();
    there = stage.setup().startInside();
    user = here.client();
  }

  @AfterAll
  static void stop() {
    here.close();
    there.close();
    stage.close();
  }

  private static String answered(String question) {
    var chat = user.create(question);
    awaitAnswer(chat);
    return chat;
  }

  private static void awaitAnswer(String chat) {
    await().atMost(Cluster.PATIENCE).until(() -> user.status(chat), Predicate.isEqual("waiting"));
  }

  private static ApiClient.Answer at(String method, String chat, String path, String body) {
    return user.call(method, "/api/v2/chats/" + chat + path, body);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void clear_isOneReset_forThoseWhoKnewARow(Kind kind) {
    var chat = answered("clear over " + kind);
    try (var viewer = StreamViewer.open(there.client(), chat, kind)) {
      viewer.await("the answer", c -> c.messages().size() == 2);

      at("POST", chat, "/clear", "").expect(200);
      viewer.await("nothing", c -> c.messages().isEmpty() && c.is("waiting"));
      assertThat(viewer.types()).filteredOn("history_reset"::equals).hasSize(1);

      user.send(chat, "after it").expect(200);
      viewer.await("the next answer", c -> c.is("waiting") && c.messages().size() == 2);
      viewer.mustShowWhatIsStored();
      viewer.leave();
      at("POST", chat, "/clear", "").expect(200);
      user.send(chat, "while away").expect(200);
      awaitAnswer(chat);
      viewer
          .connect()
          .await(
              "the new history",
              c -> c.history().equals(List.of("user: while away", "assistant: while away")));
      assertThat(viewer.types()).startsWith("history_reset");
      viewer.mustShowWhatIsStored();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void archive_endsNoStream(Kind kind) {
    var chat = answered("archive over " + kind);
    try (var viewer = StreamViewer.open(there.client(), chat, kind)) {
      viewer.await("the answer", c -> c.messages().size() == 2);

      at("PATCH", chat, "", "{\"archived\":true}").expect(204);
      at("POST", chat, "/clear", "").expect(400);
      at("PATCH", chat, "", "{\"archived\":false}").expect(204);
      user.send(chat, "back again").expect(200);

      viewer.await("the next answer", c -> c.is("waiting") && c.messages().size() == 4);
      viewer.mustShowWhatIsStored();
    }
  }

  @Test
  void delete_endsEveryStreamWithinFiveSeconds() throws IOException {
    var chat = answered("delete");
    try (var near = open(here, chat);
        var far = open(there, chat)) {
      at("DELETE", chat, "", "").expect(204);
      var deleted = Instant.now();
      for (var socket : new StreamSocket[] {near, far}) {
        var last = "";
        for (var events = socket.next(); !events.isEmpty(); events = socket.next()) {
          last = events.getLast().json();
        }
        assertThat(last).contains("\"type\":\"error\"", "\"kind\":\"gone\"");
        assertThat(socket.end()).isEqualTo(new End(1008, "gone"));
      }
      assertThat(Duration.between(deleted, Instant.now())).isLessThan(SOON);
    }
    there.client().get("/api/v2/chats/" + chat + "/prompts").expect(404);
  }

  private static StreamSocket open(Replica at, String chat) throws IOException {
    var request = new StreamRequest("", null);
    return StreamSocket.open(Kind.WEB_SOCKET, at.client(), chat, request, StreamSocket.Pace.USUAL);
  }

  @Test
  void titleAndPrompts_areTheSameOnEveryReplica() {
    var chat = answered("how do tides work?");
    at("PATCH", chat, "", "{\"title\":\"mine\"}").expect(204);
    var before = user.chat(chat).path("snapshot_version").asLong();

    var proposed = at("POST", chat, "/title/propose", "").expect(200);
    assertThat(proposed.path("title").asString()).isEqualTo("A title");
    assertThat(there.client().chat(chat).path("title").asString()).isEqualTo("mine");
    at("POST", chat, "/title/regenerate", "").expect(200);

    var seen = there.client().chat(chat);
    assertThat(seen.path("title").asString()).isEqualTo("A title");
    assertThat(seen.path("snapshot_version").asLong()).isEqualTo(before + 1);
    var prompts = there.client().get("/api/v2/chats/" + chat + "/prompts").expect(200);
    assertThat(prompts.path("prompts").get(0).path("text").asString())
        .isEqualTo("how do tides work?");
  }
}
