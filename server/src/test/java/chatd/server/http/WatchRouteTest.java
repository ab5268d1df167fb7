package chatd.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.feed.CloseReason;
import chatd.core.feed.Framing;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How watching all chats begins, and what is refused before it does.
class WatchRouteTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private ApiStage stage;
  private Person ada;

  @BeforeEach
  void create() {
    stage = SERVER.stage();
    ada = stage.person();
  }

  @AfterEach
  void undrain() {
    stage.notReady.clear();
  }

  private static RawRequest socket(Person person, String query) {
    return RawRequest.upgrade(
        person.stage().port(),
        person.mount() + "/watch" + query,
        "Authorization: Bearer " + person.token());
  }

  @ParameterizedTest
  @ValueSource(strings = {Person.V2, Person.EXPERIMENTAL})
  void webSocket_isServedInTheCallersName(String mount) throws Exception {
    try (var socket = socket(ada.on(mount), "")) {
      assertThat(socket.status()).isEqualTo(101);
      assertThat(socket.head()).contains("X-Chat-Replica-Id: " + ApiStage.REPLICA);
      var seen = stage.viewers.nextOfAll();
      assertThat(seen.framing()).isEqualTo(Framing.ARRAY);
      assertThat(seen.access().user()).isEqualTo(ada.user());
      assertThat(seen.access().expiresAt()).isNotNull();
      seen.carrier().end(CloseReason.RESYNC);
    }
  }

  @Test
  void framing_isTheClientsChoice() throws Exception {
    try (var socket = socket(ada, "?framing=envelope")) {
      assertThat(socket.status()).isEqualTo(101);
      assertThat(stage.viewers.nextOfAll().framing()).isEqualTo(Framing.ENVELOPE);
    }
    try (var socket = socket(ada, "?framing=array")) {
      assertThat(socket.status()).isEqualTo(400);
      assertThat(ada.call("GET", "/watch?framing=array", "").status()).isEqualTo(426);
    }
  }

  @Test
  void requestsThatAskForNoSocket_needAnUpgrade() {
    ada.get("/watch").refuses(ApiError.UPGRADE_REQUIRED);
    ada.call("GET", "/watch", "", "Accept", "text/event-stream").refuses(ApiError.UPGRADE_REQUIRED);
  }

  @Test
  void draining_letsNobodyWatch() {
    stage.notReady.add(Readiness.Reason.DRAINING);
    try (var socket = socket(ada, "")) {
      assertThat(socket.status()).isEqualTo(503);
      assertThat(socket.head()).contains("Retry-After: 1", "Connection: close");
    }
  }

  @Test
  void watches_countWithTheStreamsOfTheUser() throws Exception {
    try (var other = SERVER.stage(ApiStage.Settings.DEFAULT.with(new UserLimits.Bounds(1, 64)))) {
      var bob = other.person();
      try (var first = socket(bob, "")) {
        assertThat(first.status()).isEqualTo(101);
        try (var second = socket(bob, "")) {
          assertThat(second.status()).isEqualTo(429);
        }
        bob.call("GET", bob.newChat().path() + "/stream", "", "Accept", "text/event-stream")
            .refuses(ApiError.TOO_MANY_REQUESTS);
        first.hangUp();
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> {
              try (var again = socket(bob, "")) {
                return again.status() == 101;
              }
            });
      }
    }
  }
}
