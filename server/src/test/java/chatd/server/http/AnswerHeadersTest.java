package chatd.server.http;

import static chatd.server.http.PlainServer.hasBoth;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What every answer says of itself, whatever it answers.
class AnswerHeadersTest {
  @RegisterExtension final PlainServer server = new PlainServer();

  @Test
  void everyAnswer_hasBothHeaders() throws Exception {
    var answer = server.get("/api/hello");
    assertThat(answer.statusCode()).isEqualTo(200);
    hasBoth(answer);
  }

  @Test
  void everyAnswer_isForOnePersonAndWhatItSaysItIs() throws Exception {
    for (var path : new String[] {"/api/hello", "/api/bug", "/nothing"}) {
      var headers = server.get(path).headers();
      assertThat(headers.allValues("Cache-Control")).containsExactly("no-store");
      assertThat(headers.allValues("X-Content-Type-Options")).containsExactly("nosniff");
    }
  }

  @Test
  void everyAnswer_isNoPageAndSetsNoCookie_alsoToWhatIsNoRequest() throws Exception {
    var long431 = "X-Long: " + "x".repeat(20_000) + "\n";
    for (var request :
        List.of(
            "GET /api/hello HTTP/1.1\nHost: a\nConnection: close\n\n",
            "GET /api/hello HTTP/1.1\nHost: a\n" + long431 + "\n",
            "GET /" + "x".repeat(20_000) + " HTTP/1.1\nHost: a\n\n",
            "no HTTP\n\n")) {
      assertThat(server.raw(request))
          .contains(
              "Cache-Control: no-store\r\n",
              "Content-Security-Policy: default-src 'none'; connect-src 'self'; frame-ancestors 'none'\r\n",
              "Cross-Origin-Resource-Policy: same-origin\r\n",
              "Referrer-Policy: no-referrer\r\n")
          .doesNotContain("Set-Cookie", "Server:", "Jetty");
    }
  }

  @Test
  void requestId_carried_isGivenBack() throws Exception {
    var answer = server.get("/api/hello", "X-Request-Id", "abc-~!1");
    assertThat(answer.headers().allValues("X-Request-Id")).containsExactly("abc-~!1");
  }

  @Test
  void requestId_tooLongOrWithSpaces_isReplaced() throws Exception {
    hasBoth(server.get("/api/hello", "X-Request-Id", "a".repeat(129)));
    hasBoth(server.get("/api/hello", "X-Request-Id", "a b"));
    hasBoth(server.get("/api/hello", "X-Request-Id", ""));
  }
}
