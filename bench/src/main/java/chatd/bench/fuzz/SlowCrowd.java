package chatd.bench.fuzz;

import chatd.bench.user.Deployment;
import chatd.bench.user.Line;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Connections that bring a byte a second, or none, until the server has had enough of each.
final class SlowCrowd implements AutoCloseable {
  private static final String NAME = "slow";
  private static final Duration BEAT = Duration.ofSeconds(1);
  private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\n";

  private final Deployment deployment;
  private final String token;
  private final Faults faults;
  private final List<Thread> threads = new ArrayList<>();
  private final Map<String, Long> longest = new TreeMap<>();
  private int ended;
  private volatile boolean over;

  /// How a connection is slow: what is sent at once, what follows byte by byte, and after how many
  /// seconds the server must have closed it, which is what the documentation says and some air.
  enum Kind {
    SILENT("", "", 40),
    HALF_A_GREETING_OF_TLS("\u0016\u0003\u0001\u0002\u0000\u0001", "", 40),
    HEAD("GET /api/v2/chats" + HOST, "X: " + "y".repeat(15_000), 75),
    BODY("POST /api/v2/chats" + HOST + "Content-Length: 2000\r\n", " ".repeat(2_000), 75),
    CHUNKS(
        "POST /api/v2/chats" + HOST + "Transfer-Encoding: chunked\r\n",
        "1\r\n \r\n".repeat(300),
        75);

    private final String first;
    private final String rest;
    private final int mostSeconds;

    Kind(String first, String rest, int mostSeconds) {
      this.first = first;
      this.rest = rest;
      this.mostSeconds = mostSeconds;
    }
  }

  SlowCrowd(Deployment deployment, String token, Faults faults) {
    this.deployment = deployment;
    this.token = token;
    this.faults = faults;
  }

  /// Opens so many, and others in the place of those that the server has closed.
  void start(int count) {
    for (var i = 0; i < count; i++) {
      var number = i;
      threads.add(Thread.ofVirtual().name("slow-" + i).start(() -> stay(number)));
    }
  }

  private void stay(int number) {
    var kind = Kind.values()[number % Kind.values().length];
    var port = deployment.ports().get(number % deployment.ports().size());
    try {
      while (!over) {
        var begun = System.nanoTime();
        connect(kind, port, begun);
        note(kind, Duration.ofNanos(System.nanoTime() - begun), number);
        Thread.sleep(BEAT);
      }
    } catch (InterruptedException _) {
      // The run is over.
    }
  }

  private void connect(Kind kind, int port, long begun) throws InterruptedException {
    try (var line = Line.open(port, BEAT)) {
      line.send(first(kind).getBytes(StandardCharsets.ISO_8859_1));
      var into = new byte[4_096];
      for (var i = 0; !over && !isOverdue(kind, begun); i++) {
        try {
          if (line.read(into) < 0) {
            return;
          }
        } catch (java.net.SocketTimeoutException _) {
          // Still open; the wait was the beat.
        }
        if (i < kind.rest.length()) {
          line.send(kind.rest.substring(i, i + 1).getBytes(StandardCharsets.ISO_8859_1));
        }
      }
    } catch (IOException _) {
      // Closed by the server.
    }
  }

  private static boolean isOverdue(Kind kind, long begun) {
    return System.nanoTime() - begun > Duration.ofSeconds(kind.mostSeconds).toNanos();
  }

  private String first(Kind kind) {
    return switch (kind) {
      case SILENT, HALF_A_GREETING_OF_TLS -> kind.first;
      case HEAD -> kind.first + "Authorization: Bearer " + token + "\r\n";
      case BODY, CHUNKS -> kind.first + "Authorization: Bearer " + token + "\r\n\r\n";
    };
  }

  private synchronized void note(Kind kind, Duration lived, int number) {
    if (over) {
      return; // It was not the server that ended it.
    }
    ended++;
    longest.merge(kind.name(), lived.toSeconds(), Math::max);
    if (lived.toSeconds() >= kind.mostSeconds) {
      faults.add(
          new Fault(
              NAME, number, 0, "a connection of kind " + kind + " was not closed", kind.first));
    }
  }

  /// How long the longest of each kind lived, in seconds.
  synchronized Map<String, Long> longest() {
    return new TreeMap<>(longest);
  }

  /// How many the server has ended.
  synchronized int ended() {
    return ended;
  }

  @Override
  public void close() {
    over = true;
    threads.forEach(Thread::interrupt);
    for (var thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
