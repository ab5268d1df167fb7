package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import chatd.strict.StrictClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A provider that says nothing any more, with little patience for it.
class SilentProviderTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  @Test
  void hang_inMidAnswer_isATryAgainAndTheRequestIsClosed() throws Exception {
    try (var stage = Stage.with(POSTGRES)) {
      stage.answer("hangs", Script.begin().text("Stuck").hang(), Script.answer("Loose"));
      try (var replica = stage.setup("--silence-timeout", "2s").startInside()) {
        var user = replica.client();
        var chat = user.create("hangs");
        try (var viewer = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
          var request = stage.request("hangs");
          viewer.await("the retry", c -> c.retry() != null);
          assertThat(viewer.<String>get(StrictClient::retryKind))
              .isEqualTo("stream_silence_timeout");
          assertThat(request.isClosedByClient(Duration.ofSeconds(1))).isTrue();
          viewer.await("the answer", c -> c.is("waiting") && c.messages().size() == 2);
          assertThat(viewer.history()).containsExactly("user: hangs", "assistant: Loose");
          viewer.mustShowWhatIsStored();
        }
      }
    }
  }
}
