package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chatd.e2e.StreamSocket.End;
import chatd.e2e.StreamSocket.Kind;
import chatd.server.postgres.embedded.TestPostgres;
import chatd.strict.StreamRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Two people and their tokens, on two replicas over one database.
@Timeout(120)
class AccountsAcrossReplicasTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final String USERS = "/api/v2/users";
  private static final String TOKENS = "/api/v2/users/bob/keys/tokens";
  private static final Duration REMEMBERED = Duration.ofSeconds(3);

  private final Stage stage = Stage.with(POSTGRES);
  private Replica here;
  private Replica there;
  private ApiClient admin;

  @BeforeEach
  void start() {
    here = stage.setup().startInside();
    there = stage.setup().startInside();
    admin = here.client();
    admin.call("POST", USERS, "{\"username\":\"bob\",\"email\":\"bob@example.org\"}").expect(201);
  }

  @AfterEach
  void stop() {
    here.close();
    there.close();
    stage.close();
  }

  private JsonNode issue(String more) {
    return admin.call("POST", TOKENS, "{\"name\":\"laptop\"" + more + "}").expect(201);
  }

  private static ApiClient bob(Replica at, JsonNode token) {
    return new ApiClient(at.port(), token.path("key").asString());
  }

  @Test
  void newUser_talksOnEveryReplica_unseenByTheAdministrator() {
    var token = issue("");
    var chat = bob(here, token).create("hello from bob");
    await().until(() -> bob(there, token).status(chat), Predicate.isEqual("waiting"));

    assertThat(bob(there, token).chat(chat).path("owner_username").asString()).isEqualTo("bob");
    admin.get("/api/v2/chats/" + chat).expect(404);
    assertThat(admin.get("/api/v2/chats").expect(200)).isEmpty();
    assertThat(bob(there, token).get("/api/v2/organizations").expect(200)).hasSize(1);
  }

  @Test
  void tokenDeleted_signsInNowhereShortlyAfter_andTheAdministratorStillDoes() {
    var token = issue("");
    bob(there, token).get("/api/v2/users/me").expect(200);

    admin.call("DELETE", TOKENS + "/" + token.path("id").asString(), "").expect(204);

    bob(here, token).get("/api/v2/users/me").expect(401);
    await()
        .atMost(REMEMBERED)
        .until(() -> bob(there, token).get("/api/v2/users/me").status() == 401);
    admin.get(USERS).expect(200);
  }

  /// A minute may pass until the end of access is noticed; here it takes up to half of one.
  @Tag("slow")
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tokenThatEnds_endsItsStreamsOnEveryReplica_andNoOthers(boolean byItself) throws IOException {
    var staying = issue("");
    var ending = issue(byItself ? ",\"lifetime_seconds\":5" : "");
    var chat = bob(here, ending).create("looked at");
    try (var near = open(Kind.WEB_SOCKET, here, ending, chat);
        var far = open(Kind.ENVELOPE, there, ending, chat);
        var other = open(Kind.WEB_SOCKET, there, staying, chat)) {
      if (!byItself) {
        admin.call("DELETE", TOKENS + "/" + ending.path("id").asString(), "").expect(204);
      }
      for (var socket : new StreamSocket[] {near, far}) {
        assertThat(lastEvent(socket)).contains("\"kind\":\"session_expired\"");
        assertThat(socket.end()).isEqualTo(new End(1008, "session expired"));
      }
      assertThat(other.end()).isNull();
      bob(there, staying).send(chat, "still here").expect(200);
      assertThat(other.next()).isNotEmpty();
    }
  }

  private static StreamSocket open(Kind kind, Replica at, JsonNode token, String chat)
      throws IOException {
    var request = new StreamRequest("", null);
    return StreamSocket.open(kind, bob(at, token), chat, request, StreamSocket.Pace.USUAL);
  }

  private static String lastEvent(StreamSocket socket) throws IOException {
    var last = "";
    for (var events = socket.next(); !events.isEmpty(); events = socket.next()) {
      last = events.getLast().json();
    }
    return last;
  }
}
