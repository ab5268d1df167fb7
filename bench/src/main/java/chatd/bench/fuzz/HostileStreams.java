package chatd.bench.fuzz;

import chatd.bench.client.MessageReader;
import chatd.bench.user.Bodies;
import chatd.bench.user.Client;
import chatd.bench.user.Deployment;
import chatd.bench.user.Dice;
import chatd.bench.user.Judge;
import chatd.bench.user.Line;
import chatd.bench.user.Reply;
import chatd.bench.user.Request;
import chatd.bench.user.User;
import chatd.contract.Contract;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/// Streams that are asked for in odd ways, sent what no client sends, or never read; and the door
/// at which replicas meet.
final class HostileStreams implements Attack {
  static final String NAME = "streams";

  private static final Duration PATIENCE = Duration.ofMillis(250);
  private static final Duration ANSWER = Duration.ofSeconds(20);
  private static final int STALLED_MAX = 15;
  private static final int NARROW_BYTES = 4 * 1024;
  private static final int CHATS = 3;

  /// Those that the document names, what a WebSocket says to frames that are none, and one that is
  /// given back as it was sent.
  private static final Set<Integer> CLOSE_CODES =
      Set.of(1000, 1001, 1002, 1005, 1007, 1008, 1009, 1012, 1013);

  private final Deployment deployment;
  private final User user;
  private final List<String> chats = new ArrayList<>();
  private final Deque<Line> stalled = new ArrayDeque<>();

  HostileStreams(Deployment deployment, User user) {
    this.deployment = deployment;
    this.user = user;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void carryOut(Step step) throws IOException {
    if (chats.size() < CHATS) {
      chats.add(create(step));
    }
    var dice = step.dice();
    var port = deployment.port(dice);
    var path = path(dice);
    switch (dice.below(10)) {
      case 0 ->
          shake(port, Handshakes.spoilt(Handshakes.webSocket("/relay", user.token()), dice), step);
      case 1, 5 ->
          shake(port, Handshakes.spoilt(Handshakes.webSocket(path, user.token()), dice), step);
      case 2 -> stall(port, path, step);
      case 3 -> events(port, path, step);
      case 4 -> talk(port, Handshakes.webSocket("/relay", user.token()), step);
      default ->
          talk(port, Handshakes.positioned(Handshakes.webSocket(path, user.token()), dice), step);
    }
    if (dice.oneIn(20)) {
      send(step);
    }
  }

  private String path(Dice dice) {
    var mount = dice.of("/api/v2/chats", "/api/experimental/chats");
    return dice.oneIn(4) ? mount + "/watch" : mount + "/" + dice.of(chats) + "/stream";
  }

  private String create(Step step) throws IOException {
    var reply =
        post("/api/v2/chats", "[%d] slow: let it be watched".formatted(step.number()), step);
    return Judge.json(reply).path("id").asString();
  }

  /// So that there is something to be told.
  private void send(Step step) throws IOException {
    var path = "/api/v2/chats/" + step.dice().of(chats) + "/messages";
    post(path, "[%d] slow: more to watch".formatted(step.number()), step);
  }

  private Reply post(String path, String text, Step step) throws IOException {
    var request = Request.of("POST", path).withToken(user.token()).withBody(Bodies.message(text));
    try (var client = new Client(deployment.port(step.dice()), ANSWER)) {
      var reply = client.exchange(request);
      step.faults(Judge.complaints(request, reply), request.bytes());
      return reply;
    }
  }

  /// Asks, and listens to whatever is answered for a moment.
  private void shake(int port, Request request, Step step) throws IOException {
    try (var line = Line.open(port, ANSWER)) {
      agreed(line, request, step);
    } catch (ProtocolException e) {
      step.fault("an answer that is no HTTP: " + e.getMessage(), request.bytes());
    } catch (SocketException _) {
      // It did not like what came behind the head.
    }
  }

  /// Whether the server agreed to open the stream.
  private static boolean agreed(Line line, Request request, Step step) throws IOException {
    line.send(request.bytes());
    var head = line.reader().head();
    if (head == null) {
      return false;
    }
    step.seen(head.status());
    if (head.status() >= 500) {
      step.fault("status " + head.status() + " to a handshake", request.bytes());
    }
    line.patience(PATIENCE);
    return head.status() == 101 || head.status() == 200;
  }

  private void talk(int port, Request request, Step step) throws IOException {
    var sent = Frames.draw(step.dice());
    try (var line = Line.open(port, ANSWER)) {
      if (agreed(line, request, step)) {
        var cut = step.dice().oneIn(5) ? step.dice().below(sent.length) : sent.length;
        line.send(Arrays.copyOf(sent, cut));
        if (step.dice().oneIn(6)) {
          line.reset();
          return;
        }
        listen(line, request.path().equals("/relay"), sent, step);
      }
    } catch (ProtocolException e) {
      step.fault("an answer that is no HTTP: " + e.getMessage(), request.bytes());
    } catch (SocketException _) {
      // It hung up, as it may.
    }
  }

  private static void listen(Line line, boolean relay, byte[] sent, Step step) throws IOException {
    var reader = new MessageReader(new Heard(relay, sent, step));
    var bytes = new byte[16 * 1024];
    try {
      for (var count = line.read(bytes); count >= 0; count = line.read(bytes)) {
        reader.read(ByteBuffer.wrap(bytes, 0, count));
      }
    } catch (SocketTimeoutException _) {
      // It has said what it had to say.
    }
  }

  /// What a server may say on a stream.
  @SuppressWarnings("ArrayRecordComponent") // Shown, never compared.
  private record Heard(boolean relay, byte[] sent, Step step) implements MessageReader.Told {
    @Override
    public void message(byte[] text) {
      if (relay) {
        step.fault("the relay told a stranger something", sent);
        return;
      }
      var json = new String(text, StandardCharsets.UTF_8);
      try {
        var isWatch =
            json.startsWith("{\"kind\"") || json.startsWith("{\"type\":\"data\",\"data\":{");
        var envelope = json.startsWith("{\"type\":\"data\"");
        Contract.hold(
            (isWatch ? "Watch" : "Stream")
                + (envelope ? "Envelope" : isWatch ? "Event" : "Message"),
            json);
      } catch (AssertionError violated) {
        step.fault("a stream says " + violated, sent);
      }
    }

    @Override
    public void ping(byte[] payload) {}

    @Override
    public void closed(int code) {
      step.seen(code);
      if (!CLOSE_CODES.contains(code)) {
        step.fault("close code " + code, sent);
      }
    }
  }

  /// Opens a stream and never reads it. The oldest of them makes room for it.
  private void stall(int port, String path, Step step) throws IOException {
    var request =
        step.dice().oneIn(2)
            ? Handshakes.webSocket(path, user.token())
            : Handshakes.serverSentEvents(path, user.token());
    var line = Line.narrow(port, ANSWER, NARROW_BYTES);
    stalled.addLast(line);
    line.send(request.bytes());
    if (stalled.size() > STALLED_MAX) {
      var old = stalled.removeFirst();
      if (step.dice().oneIn(2)) {
        old.reset();
      } else {
        old.close();
      }
    }
  }

  private void events(int port, String path, Step step) throws IOException {
    var request =
        Handshakes.positioned(Handshakes.serverSentEvents(path, user.token()), step.dice());
    shake(port, request, step);
  }

  @Override
  public void close() {
    stalled.forEach(Line::close);
  }
}
