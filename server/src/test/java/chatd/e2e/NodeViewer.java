package chatd.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// A client from npm in a process of its own that follows a chat or watches all of them. It reads
/// strictly: whoever waits for something fails as soon as it saw anything that is not allowed.
final class NodeViewer {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// Which client it is, and how it is told to connect.
  record Client(Map<String, Object> options) {
    /// The package `ws`, at a port of this machine, with the token in a header.
    static Client ws(int port, String path) {
      return of("ws", port, path);
    }

    /// The package `eventsource`, which comes back by itself.
    static Client eventSource(int port, String path) {
      return of("eventsource", port, path);
    }

    private static Client of(String name, int port, String path) {
      return new Client(Map.of())
          .with("client", name)
          .with("url", "http://127.0.0.1:" + port + path)
          .with("token", Replica.Setup.TOKEN);
    }

    Client withToken(String token) {
      return with("token", token);
    }

    /// The token is in the query.
    Client withTokenInQuery() {
      return with("signIn", "query");
    }

    Client inEnvelopes() {
      return with("framing", "envelope");
    }

    /// It keeps no number but the largest message id.
    Client keepingLargestId() {
      return with("memory", "largest-id");
    }

    /// It connects again, as the rules for clients say.
    Client comingBack() {
      return with("comesBack", true);
    }

    private Client with(String name, Object value) {
      var more = new HashMap<>(options);
      more.put(name, value);
      return new Client(more);
    }
  }

  private final Process process;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<String> complaints = new ArrayList<>();
  private JsonNode known = MissingNode.getInstance();
  private @Nullable String fault;
  private boolean isOver;

  private NodeViewer(Process process) {
    this.process = process;
    Thread.ofVirtual().name("node-viewer").start(this::listen);
  }

  /// Starts one and connects it.
  static NodeViewer start(NodeClients clients, Client client) {
    var options = ApiClient.MAPPER.writeValueAsString(client.options());
    return new NodeViewer(clients.start("viewer.js", options));
  }

  private void listen() {
    try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      lines.lines().forEach(this::hear);
    } catch (IOException | UncheckedIOException _) {
      // It was killed in the middle of a line.
    }
    lock.lock();
    try {
      isOver = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void hear(String line) {
    lock.lock();
    try {
      if (line.startsWith("{")) {
        known = ApiClient.MAPPER.readTree(line);
      } else {
        complaints.add(line);
      }
      if (fault == null && known.has("fault")) {
        fault = known.path("fault").asString();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Tells it to do something.
  NodeViewer tell(String what) {
    try {
      process.getOutputStream().write((what + "\n").getBytes(UTF_8));
      process.getOutputStream().flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Waits until this holds of what it knows.
  NodeViewer await(String what, Predicate<JsonNode> condition) {
    lock.lock();
    try {
      var left = PATIENCE.toNanos();
      while (true) {
        throwFault();
        if (condition.test(known)) {
          return this;
        }
        if (isOver || left <= 0) {
          throw new AssertionError(
              "waited for %s in vain; it knows %s and said %s".formatted(what, known, complaints));
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      lock.unlock();
    }
  }

  private void throwFault() {
    if (fault != null) {
      throw new AssertionError(fault);
    }
  }

  void awaitOpen() {
    var _ = await("a connection", k -> k.path("isOpen").asBoolean());
  }

  /// Waits until it was answered with this status instead of a stream.
  void awaitRefusal(int status) {
    var _ = await("a " + status, k -> texts(k.path("refusals")).contains("" + status));
  }

  NodeViewer awaitText(String text) {
    return await("the text \"" + text + "\"", k -> k.path("text").asString("").equals(text));
  }

  NodeViewer awaitStatus(String status) {
    return await("status " + status, k -> k.path("status").asString("").equals(status));
  }

  /// Waits until it shows these messages, by role and text, in a chat that waits for the next one.
  NodeViewer awaitHistory(String... lines) {
    return await(
        "the history " + List.of(lines),
        k ->
            k.path("status").asString("").equals("waiting")
                && texts(k.path("history")).equals(List.of(lines)));
  }

  /// Waits until so many connections have come to an end, and says how the last one did.
  StreamSocket.End awaitEnd(int count) {
    var end = await("end " + count, k -> k.path("ends").size() == count).get("ends").get(count - 1);
    return new StreamSocket.End(end.path("code").asInt(), end.path("reason").asString());
  }

  /// Something that it knows.
  JsonNode get(String name) {
    lock.lock();
    try {
      throwFault();
      return known.path(name);
    } finally {
      lock.unlock();
    }
  }

  int count(String name) {
    return get(name).asInt();
  }

  int count(String group, String name) {
    return get(group).path(name).asInt();
  }

  /// Waits until it was told of a change that begins so.
  void awaitChange(String start) {
    var _ =
        await(
            "the change " + start,
            k -> texts(k.path("changes")).stream().anyMatch(c -> c.startsWith(start)));
  }

  List<String> texts(String name) {
    return texts(get(name));
  }

  static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(each -> texts.add(each.asString()));
    return texts;
  }

  /// It shows exactly the messages that are stored, and nothing that was due is missing.
  void mustShowWhatIsStored(ApiClient user, String chat) {
    var before = count("settled");
    var _ = tell("settle").await("that all is there", k -> k.path("settled").asInt() > before);
    var stored = new ArrayList<JsonNode>();
    user.messages(chat).path("messages").forEach(stored::addFirst);
    var shown = new ArrayList<JsonNode>();
    get("messages").forEach(shown::add);
    assertThat(shown).isEqualTo(stored);
  }

  /// Each answer that it saw come to its end is, when it was committed, what it had shown.
  void mustHaveShownAll(String... answers) {
    var shown = new ArrayList<String>();
    for (var commit : get("commits")) {
      assertThat(commit.path("text").path("streamed"))
          .isEqualTo(commit.path("text").path("committed"));
      shown.add(commit.path("text").path("streamed").asString());
    }
    assertThat(shown).containsExactly(answers);
  }

  /// Goes away. It may be asked afterwards what it saw.
  void end() {
    try {
      process.getOutputStream().close();
      process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (IOException _) {
      // It has ended by itself.
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      process.destroyForcibly();
    }
  }

  /// Fails if anything was wrong until it went away.
  void mustHaveSeenNothingWrong() {
    lock.lock();
    try {
      throwFault();
      assertThat(process.exitValue()).as("%s", complaints).isZero();
    } finally {
      lock.unlock();
    }
  }
}
