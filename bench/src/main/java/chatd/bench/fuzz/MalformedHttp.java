package chatd.bench.fuzz;

import chatd.bench.user.Deployment;
import chatd.bench.user.Judge;
import chatd.bench.user.Line;
import chatd.bench.user.Reply;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Bytes that are no request, hardly one, or two where one is named, on connections of their own.
final class MalformedHttp implements Attack {
  static final String NAME = "malformed";
  private static final Duration PATIENCE = Duration.ofMillis(400);

  /// Where there must be an answer.
  private static final Duration LONG_PATIENCE = Duration.ofSeconds(10);

  private final Deployment deployment;
  private final MalformedRequests requests;

  MalformedHttp(Deployment deployment, String token) {
    this.deployment = deployment;
    this.requests = new MalformedRequests(token);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void carryOut(Step step) throws IOException {
    var malformed = requests.draw(step.dice());
    var patience = malformed.answers() >= 0 ? LONG_PATIENCE : PATIENCE;
    try (var line = Line.open(deployment.port(step.dice()), patience)) {
      var replies = replies(line, malformed, step);
      for (var reply : replies) {
        step.seen(reply.status());
        step.faults(Judge.complaints(reply), malformed.bytes());
        if (reply.header("X-Request-Id").orElse("").startsWith(MalformedRequests.SMUGGLED)) {
          step.fault("a hidden request was answered", malformed.bytes());
        }
      }
      if (malformed.mustBeRefused()
          && !replies.isEmpty()
          && replies.getFirst().status() / 100 != 4) {
        step.fault(
            "status %d for %s".formatted(replies.getFirst().status(), malformed.what()),
            malformed.bytes());
      }
      if (malformed.answers() >= 0 && replies.size() != malformed.answers()) {
        step.fault(
            "%d answers to %s".formatted(replies.size(), malformed.what()), malformed.bytes());
      }
    }
  }

  /// All answers that come before the end or a silence. That the server closes or resets is its
  /// right here.
  private static List<Reply> replies(Line line, Malformed malformed, Step step) throws IOException {
    var replies = new ArrayList<Reply>();
    try {
      line.send(malformed.bytes());
      if (malformed.endsOutput()) {
        line.endOutput();
      }
      var reply = line.reader().next(malformed.method());
      while (reply != null && reply.status() != 101) {
        if (reply.status() != 100) {
          replies.add(reply);
        }
        reply = line.reader().next("GET"); // What follows is no answer to a HEAD.
      }
    } catch (ProtocolException e) {
      step.fault("an answer that is no HTTP: " + e.getMessage(), malformed.bytes());
    } catch (SocketTimeoutException | SocketException _) {
      // It waits for more, or did not like what came.
    }
    return replies;
  }
}
