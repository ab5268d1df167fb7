package chatd.strict;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.server.wire.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a client knows that follows the rules for clients, and which fails at every event that the
/// rules for servers forbid: where a client would drop or repair something, this one complains.
public final class StrictClient {
  /// Which numbers it keeps from one connection to the next.
  public enum Memory {
    /// Its position: what the rules ask for.
    POSITION,
    /// The largest message id only; the preview is dropped with each connection.
    LARGEST_ID
  }

  public record Episode(long history, long attempt) implements Comparable<Episode> {
    static final Episode NONE = new Episode(0, 0);

    @Override
    public int compareTo(Episode other) {
      return history == other.history
          ? Long.compare(attempt, other.attempt)
          : Long.compare(history, other.history);
    }
  }

  /// One event as it came.
  public record Seen(int connection, String type, long snapshot, String raw) {}

  private static final JsonMapper JSON = new JsonMapper(Json.FACTORY);
  private static final Set<String> STATUSES =
      Set.of("waiting", "running", "requires_action", "error");
  private static final int MERGED_BYTES_MAX = 64 << 10;
  private static final int PART_BYTES_MAX = 1 << 20;

  private final String chat;
  private final Memory memory;
  private final List<Seen> seen = new ArrayList<>();
  private final Map<Episode, StreamedEpisode> episodes = new TreeMap<>();

  private TreeMap<Long, JsonNode> messages = new TreeMap<>();
  private @Nullable JsonNode queue;
  private @Nullable JsonNode status;
  private @Nullable JsonNode error;
  private @Nullable JsonNode retry;
  private @Nullable JsonNode calls;
  private long history;
  private Episode episode = Episode.NONE;
  private long last;
  private @Nullable String lastEventId;
  private boolean wasCutInSync;
  private @Nullable Episode ended;
  private int seenMax = Integer.MAX_VALUE;

  // Of the connection.
  private int connection;
  private SyncOrder order = new SyncOrder();
  private boolean runningWasSaid;

  private final Set<Long> received = new HashSet<>();
  private @Nullable TreeMap<Long, JsonNode> newList;
  private long largestOfOldList;

  public StrictClient(String chat, Memory memory) {
    this.chat = chat;
    this.memory = memory;
  }

  /// Keeps only the newest events, and what was shown of the current episode: for more of them than
  /// fit into memory.
  public StrictClient forgetful(int eventsKept) {
    seenMax = eventsKept;
    return this;
  }

  /// Takes a page of messages as the start, as clients do before they open the stream.
  public void begin(JsonNode page) {
    for (var message : page.path("messages")) {
      messages.put(message.path("id").asLong(), message);
    }
    history = page.path("history_version").asLong();
    episode = new Episode(history, 0);
  }

  /// A new connection: what it asks for.
  public StreamRequest connect(boolean hasEventIds) {
    if (order.hasBegun()) { // Where nothing came, the end of the connection before still counts.
      wasCutInSync = order.isInMidSync() || newList != null;
    }
    connection++;
    order = new SyncOrder();
    runningWasSaid = false;
    received.clear();
    newList = null;
    largestOfOldList = 0;
    if (memory == Memory.LARGEST_ID) {
      restart(Episode.NONE);
      return new StreamRequest("after_id=" + largestId(), null);
    }
    if (hasEventIds && lastEventId != null) {
      return new StreamRequest("", lastEventId);
    }
    if (history == 0) {
      messages.clear();
      return new StreamRequest("", null);
    }
    var cursor =
        episode.history() == history
            ? history + "." + episode.attempt() + "." + last
            : history + ".0.0";
    return new StreamRequest("after_id=" + largestId() + "&cursor=" + cursor, null);
  }

  /// One event arrives.
  public void receive(StreamEvent event) {
    receive(event, JSON.readTree(event.json()));
  }

  /// Likewise, of one that was read already.
  public void receive(StreamEvent event, JsonNode json) {
    var type = json.path("type").asString();
    seen.add(new Seen(connection, type, json.path("snapshot_version").asLong(), event.json()));
    if (seen.size() > seenMax) {
      seen.removeFirst();
    }
    assertThat(json.path("chat_id").asString()).isEqualTo(chat);
    order.check(type, json.path("snapshot_version").asLong());
    finishNewList(type);
    switch (type) {
      case "message" -> message(json.path("message"));
      case "message_part" -> part(json.path("message_part"), event.json());
      case "status" -> status(json.path("status"));
      case "queue_update" -> {
        queue = json.path("queued_messages");
        assertThat(queue.isArray()).as("queued_messages is always there").isTrue();
      }
      case "error" -> {
        error = json.path("error");
        retry = null;
        end();
      }
      case "retry" -> {
        assertThat(isRunning()).as("running with a retry").isTrue();
        retry = json.path("retry");
        end();
      }
      case "action_required" -> {
        assertThat(is("requires_action")).as("requires_action with calls").isTrue();
        calls = json.path("action_required").path("tool_calls");
        assertThat(calls.isEmpty()).as("calls to run").isFalse();
      }
      case "preview_reset" -> previewReset(numbers(json));
      case "history_reset" -> historyReset(numbers(json));
      default -> throw new AssertionError("an event of type " + type);
    }
    if (event.id() != null) {
      checkId(event.id(), type);
      lastEventId = event.id();
    }
  }

  private void message(JsonNode message) {
    var id = message.path("id").asLong();
    assertThat(received.add(id)).as("message %d comes once", id).isTrue();
    var list = newList == null ? messages : newList;
    if (newList != null || !wasCutInSync) {
      assertThat(list.isEmpty() || list.lastKey() < id)
          .as("message %d comes in order and is new", id)
          .isTrue();
    }
    list.put(id, message);
  }

  private void finishNewList(String type) {
    if (newList == null || type.equals("message") || type.equals("history_reset")) {
      return;
    }
    var list = newList;
    var isNeeded = messages.keySet().stream().anyMatch(id -> !list.containsKey(id));
    assertThat(isNeeded || wasCutInSync || memory == Memory.LARGEST_ID)
        .as("history_reset only if a row was deleted")
        .isTrue();
    messages = list;
    newList = null;
  }

  private void status(JsonNode next) {
    status = next;
    var name = next.path("status").asString();
    assertThat(STATUSES).contains(name);
    assertThat(next.has("phase")).as("phase exactly with running").isEqualTo(isRunning());
    runningWasSaid = isRunning();
    var before = history;
    history = next.path("history_version").asLong();
    assertThat(history).isGreaterThanOrEqualTo(before);
    if (episode.history() != history) {
      restart(new Episode(history, 0));
    }
    if (!name.equals("error")) {
      error = null;
    }
    if (!name.equals("requires_action")) {
      calls = null;
    }
    if (!next.path("phase").asString().equals("retrying")) {
      retry = null;
    }
  }

  private void part(JsonNode part, String event) {
    var of = numbers(part);
    var seq = part.path("seq").asLong();
    var first = part.path("first_seq").asLong(seq);
    assertThat(runningWasSaid).as("running before a part").isTrue();
    assertThat(of).as("the episode of part %d", seq).isEqualTo(episode);
    assertThat(of).as("a void episode").isNotEqualTo(ended);
    assertThat(first).as("the part after %d", last).isEqualTo(last + 1);
    assertThat(seq).isGreaterThanOrEqualTo(first);
    assertThat(part.has("first_seq")).as("first_seq on merged frames").isEqualTo(first < seq);
    assertThat(event.length())
        .as("bytes of part %d", seq)
        .isLessThanOrEqualTo(first < seq ? MERGED_BYTES_MAX : PART_BYTES_MAX + 1024);
    var content = part.path("part");
    var kind = content.path("type").asString();
    var raw = JsonSlices.member(event, "message_part");
    shown(of)
        .add(new StreamedEpisode.Frame(first, seq, raw, kind, content.path("text").asString("")));
    last = seq;
    retry = null;
  }

  private void previewReset(Episode next) {
    assertThat(next).as("episodes only grow").isGreaterThanOrEqualTo(episode);
    restart(next);
  }

  private void historyReset(Episode next) {
    restart(next);
    largestOfOldList = Math.max(largestOfOldList, largestId());
    received.clear();
    newList = new TreeMap<>();
  }

  private void restart(Episode next) {
    shown(next).clear();
    if (seenMax < Integer.MAX_VALUE) {
      episodes.keySet().retainAll(Set.of(next));
    }
    episode = next;
    last = 0;
  }

  private void end() {
    ended = episode;
  }

  private void checkId(String id, String type) {
    assertThat(id).matches("\\d+\\.\\d+\\.\\d+\\.\\d+");
    if (type.equals("message_part")) {
      assertThat(id).startsWith(episode.history() + "." + episode.attempt() + "." + last + ".");
    }
    if (newList == null && memory == Memory.POSITION) {
      var held = Long.parseLong(id.substring(id.lastIndexOf('.') + 1));
      // Where the new list ends lower than the old one, the end of the sync says so.
      var floor = type.equals("preview_reset") ? 0 : largestOfOldList;
      assertThat(held).as("largest id in %s", id).isEqualTo(Math.max(floor, largestId()));
      largestOfOldList = floor;
    }
  }

  private StreamedEpisode shown(Episode of) {
    return episodes.computeIfAbsent(of, _ -> new StreamedEpisode());
  }

  private static Episode numbers(JsonNode json) {
    return new Episode(
        json.path("history_version").asLong(), json.path("generation_attempt").asLong());
  }

  private long largestId() {
    return messages.isEmpty() ? 0 : messages.lastKey();
  }

  public boolean is(String name) {
    return status != null && status.path("status").asString().equals(name);
  }

  public boolean is(String name, String phase) {
    return is(name) && status != null && status.path("phase").asString().equals(phase);
  }

  /// The history version at which its messages are complete.
  public long historyVersion() {
    return history;
  }

  /// How many events of a type came, over all connections.
  public int count(String type) {
    return (int) seen.stream().filter(s -> s.type().equals(type)).count();
  }

  /// Status and phase, in words.
  public String state() {
    if (status == null) {
      return "nothing yet";
    }
    var phase = status.path("phase").asString("");
    return status.path("status").asString() + (phase.isEmpty() ? "" : ", " + phase);
  }

  private boolean isRunning() {
    return is("running");
  }

  /// Everything that came, in order.
  public List<Seen> seen() {
    return seen;
  }

  /// What came on the newest connection.
  public List<Seen> seenOnConnection() {
    return seen.stream().filter(s -> s.connection() == connection).toList();
  }

  /// The types of what came on the newest connection.
  public List<String> types() {
    return seenOnConnection().stream().map(Seen::type).toList();
  }

  public NavigableMap<Long, JsonNode> messages() {
    return messages;
  }

  /// Role and text of each message.
  public List<String> history() {
    return messages.values().stream().map(StrictClient::line).toList();
  }

  public static String line(JsonNode message) {
    return message.path("role").asString() + ": " + text(message, "text");
  }

  /// The text of all blocks of one kind in a message.
  public static String text(JsonNode message, String kind) {
    var text = new StringBuilder();
    for (var part : message.path("content")) {
      if (part.path("type").asString().equals(kind)) {
        text.append(part.path("text").asString());
      }
    }
    return text.toString();
  }

  public List<String> queued() {
    var texts = new ArrayList<String>();
    if (queue != null) {
      queue.forEach(entry -> texts.add(text(entry, "text")));
    }
    return texts;
  }

  public @Nullable JsonNode error() {
    return error;
  }

  public @Nullable JsonNode retry() {
    return retry;
  }

  /// The calls that it has to run, each as id, tool and arguments; empty: none.
  public List<String> calls() {
    var lines = new ArrayList<String>();
    if (calls != null) {
      calls.forEach(call ->
          lines.add(
              "%s %s %s"
                  .formatted(
                      call.path("tool_call_id").asString(),
                      call.path("tool_name").asString(),
                      call.path("args").asString())));
    }
    return lines;
  }

  /// The kind of the error that it shows; empty: none.
  public String errorKind() {
    return error == null ? "" : error.path("kind").asString();
  }

  /// The kind of the failure behind the retry that it shows; empty: none.
  public String retryKind() {
    return retry == null ? "" : retry.path("kind").asString();
  }

  public Episode episode() {
    return episode;
  }

  /// What was shown of the current episode.
  public StreamedEpisode preview() {
    return shown(episode);
  }

  /// What was shown of each episode with parts.
  public Map<Episode, StreamedEpisode> episodes() {
    return episodes;
  }

  public long last() {
    return last;
  }
}
