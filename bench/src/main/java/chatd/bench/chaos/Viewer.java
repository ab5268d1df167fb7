package chatd.bench.chaos;

import chatd.bench.client.ChatdClient;
import chatd.bench.client.MessageReader;
import chatd.bench.user.Dice;
import chatd.bench.user.Line;
import chatd.bench.user.Reply;
import chatd.strict.JsonSlices;
import chatd.strict.StreamEvent;
import chatd.strict.StreamRequest;
import chatd.strict.StrictClient.Memory;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Somebody who follows one chat, now at this replica and now at that one, always going on from
/// where they are, and who forgives nothing.
final class Viewer {
  private static final String UPGRADE =
      """
      Upgrade: websocket\r
      Connection: Upgrade\r
      Sec-WebSocket-Version: 13\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      """;
  private static final int READ_BYTES = 32 << 10;
  private static final Duration STAY_LEAST = Duration.ofSeconds(2);
  private static final Duration STAY_MOST = Duration.ofSeconds(25);

  /// The server says something every 15 s.
  private static final Duration SILENCE_MAX = Duration.ofSeconds(20);

  private static final Duration LOOK = Duration.ofMillis(500);
  private static final int POLICY = 1008;
  private static final int INTERNAL_ERROR = 1011;
  private static final int UNAVAILABLE = 503;

  private final World world;
  private final String chat;
  private final boolean isEventSource;
  private final Dice dice;
  private final Witness witness;
  private final Thread thread;
  private volatile boolean hasLeft;

  Viewer(World world, Story story, String chat, boolean isEventSource, Dice dice) {
    this.world = world;
    this.chat = chat;
    this.isEventSource = isEventSource;
    this.dice = dice;
    this.witness =
        new Witness(
            new Witness.Who(story, chat, world.violations(), world.takeovers(), world.figures()),
            dice.oneIn(8) ? Memory.LARGEST_ID : Memory.POSITION,
            isEventSource ? "SSE" : "WebSocket");
    this.thread = Thread.ofVirtual().name("viewer").unstarted(this::live);
  }

  Witness witness() {
    return witness;
  }

  void start() {
    thread.start();
  }

  /// It sees nothing more.
  void leave() {
    hasLeft = true;
    thread.interrupt();
  }

  private void live() {
    try {
      while (!hasLeft) {
        try {
          follow();
        } catch (IOException _) {
          // It was cut, or nobody is there.
        }
        Thread.sleep(dice.between(50, 1_200));
      }
    } catch (InterruptedException _) {
      // It is over.
    }
  }

  /// One connection, from its beginning to its end.
  private void follow() throws IOException {
    var request = witness.connect(isEventSource);
    try (var line = Line.open(world.anyPort(dice), SILENCE_MAX)) {
      line.send(head(request).getBytes(StandardCharsets.US_ASCII));
      var reply = line.reader().head();
      if (reply == null) {
        throw new EOFException("closed before an answer");
      }
      if (reply.status() == (isEventSource ? 200 : 101)) {
        world.figures().connections().increment();
        read(line);
      } else {
        refused(reply);
      }
    }
  }

  private String head(StreamRequest request) {
    var id = request.lastEventId();
    return "GET %s?%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n%s%s\r\n"
        .formatted(
            ChatdClient.streamPath(chat),
            request.query(),
            world.token(),
            id == null ? "" : "Last-Event-ID: " + id + "\r\n",
            isEventSource ? "Accept: text/event-stream\r\n" : UPGRADE);
  }

  private void refused(Reply reply) {
    if (reply.status() != UNAVAILABLE) {
      witness.violation(
          Violation.Kind.WRONG_ANSWER, "its stream was answered with " + reply.status());
    }
  }

  private void read(Line line) throws IOException {
    var reading = isEventSource ? new Events() : new Messages(line);
    var buffer = new byte[READ_BYTES];
    var leaveAt = System.nanoTime() + stay().toNanos();
    var heardAt = System.nanoTime();
    while (!reading.isEnded() && !hasLeft) {
      var now = System.nanoTime();
      if (now - heardAt > SILENCE_MAX.toNanos()) {
        return; // As clients do that hear nothing.
      }
      if (!world.isCalm() && now > leaveAt) {
        if (dice.oneIn(2)) {
          line.reset();
        }
        return;
      }
      line.patience(LOOK);
      try {
        var count = line.read(buffer);
        if (count < 0) {
          return;
        }
        heardAt = System.nanoTime();
        reading.took(buffer, count);
      } catch (SocketTimeoutException _) {
        // Nothing yet.
      }
    }
  }

  private Duration stay() {
    return Duration.ofMillis(dice.between((int) STAY_LEAST.toMillis(), (int) STAY_MOST.toMillis()));
  }

  /// Takes events out of the bytes of one connection.
  private sealed interface Reading {
    void took(byte[] bytes, int count);

    boolean isEnded();
  }

  private final class Events implements Reading {
    private final EventReader reader = new EventReader();
    private boolean isSpoilt;

    @Override
    public void took(byte[] bytes, int count) {
      isSpoilt = !witness.take(reader.read(bytes, count));
    }

    @Override
    public boolean isEnded() {
      return isSpoilt || reader.isEnded();
    }
  }

  private final class Messages implements Reading, MessageReader.Told {
    private final MessageReader reader = new MessageReader(this);
    private final Line line;
    private boolean isEnded;

    Messages(Line line) {
      this.line = line;
    }

    @Override
    public void took(byte[] bytes, int count) {
      reader.read(ByteBuffer.wrap(bytes, 0, count));
    }

    @Override
    public boolean isEnded() {
      return isEnded;
    }

    @Override
    public void message(byte[] text) {
      var events = JsonSlices.elements(new String(text, StandardCharsets.UTF_8));
      if (!isEnded) {
        isEnded = !witness.take(events.stream().map(json -> new StreamEvent(json, null)).toList());
      }
    }

    @Override
    public void ping(byte[] payload) {
      try {
        line.send(MessageReader.pong(payload));
      } catch (IOException _) {
        isEnded = true;
      }
    }

    @Override
    public void closed(int code) {
      isEnded = true;
      if (code == POLICY || code == INTERNAL_ERROR) {
        witness.violation(Violation.Kind.WRONG_ANSWER, "its stream was closed with " + code);
      }
    }
  }
}
