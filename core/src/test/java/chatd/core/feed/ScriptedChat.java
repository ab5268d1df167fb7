package chatd.core.feed;

import static java.nio.charset.StandardCharsets.US_ASCII;

import chatd.core.chat.ChatError;
import chatd.core.chat.ChatRow;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.ModelChoice;
import chatd.core.chat.OpenCall;
import chatd.core.chat.Ownership;
import chatd.core.chat.ReplicaId;
import chatd.core.chat.RunId;
import chatd.core.chat.TurnState;
import chatd.core.chat.TurnState.Retries;
import chatd.core.chat.Versions;
import chatd.core.message.ChatId;
import chatd.core.message.RawJson;
import chatd.core.message.Role;
import chatd.core.message.ToolOrigin;
import chatd.core.message.UserId;
import chatd.core.part.EncodedPart;
import chatd.core.part.Episode;
import chatd.core.part.PartLog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The database as a feed sees it: one chat whose transactions a test performs one by one.
final class ScriptedChat {
  static final UserId USER = new UserId(new UUID(1, 1));
  static final ReplicaId WORKER = new ReplicaId(new UUID(2, 2));
  private static final ChatId ID = new ChatId(new UUID(3, 3));
  private static final ChatError ERROR =
      ChatError.of(ChatError.Kind.OVERLOADED, "The model provider is overloaded.", true);

  final TreeMap<Long, FeedRow> rows = new TreeMap<>();
  final List<FeedRead.Cut> cuts = new ArrayList<>();
  private long nextId = 1;
  private Versions versions = new Versions(0, 0, 0, 0, 0, 0);
  private ChatStatus status = ChatStatus.WAITING;
  private boolean owned;
  private TurnState turn = TurnState.IDLE;
  private List<String> queue = List.of();
  private @Nullable PartLog log;

  ScriptedChat() {
    send(40);
  }

  // Transactions.

  void send(int size) {
    moveHistory();
    insert(size);
    become(ChatStatus.RUNNING, false, TurnState.IDLE);
  }

  void acquire() {
    step();
    owned = true;
  }

  void release() {
    step();
    owned = false;
  }

  /// Records an attempt and opens its log, which the caller fills.
  PartLog recordAttempt() {
    step();
    owned = true;
    turn = TurnState.IDLE;
    versions =
        new Versions(
            versions.snapshot(),
            versions.history(),
            versions.queue(),
            versions.retry(),
            versions.attempt() + 1,
            versions.failedAttempt());
    var opened = new PartLog(episode());
    log = opened;
    return opened;
  }

  void announceRetry() {
    step();
    seal();
    var pending = new Retries.Pending(Instant.EPOCH, 1000, ERROR);
    turn =
        new TurnState(
            List.of(), new Retries(1, 0, pending), null, null, false, TurnState.Attempts.NONE);
    versions =
        new Versions(
            versions.snapshot(),
            versions.history(),
            versions.queue(),
            versions.snapshot(),
            versions.attempt(),
            versions.attempt());
  }

  void fail() {
    step();
    seal();
    failAttempt();
    var failure = new TurnState.Failure(ERROR, versions.snapshot());
    become(
        ChatStatus.ERROR,
        false,
        new TurnState(List.of(), Retries.NONE, failure, null, false, TurnState.Attempts.NONE));
  }

  /// A retry or a compaction: the turn runs again at the same history version.
  void runAgain() {
    step();
    become(ChatStatus.RUNNING, false, TurnState.IDLE);
  }

  void commit(int count, int size, boolean goesOn) {
    seal();
    moveHistory();
    for (var i = 0; i < count; i++) {
      insert(size);
    }
    become(goesOn ? ChatStatus.RUNNING : ChatStatus.WAITING, goesOn, TurnState.IDLE);
  }

  void askClient(int size) {
    seal();
    moveHistory();
    insert(size);
    var call = new OpenCall(versions.history(), "c1", "pick", true, ToolOrigin.NONE);
    become(
        ChatStatus.REQUIRES_ACTION,
        false,
        new TurnState(
            List.of(call), Retries.NONE, null, Instant.EPOCH, false, TurnState.Attempts.NONE));
  }

  void interrupt() {
    step();
    status = ChatStatus.INTERRUPTING;
  }

  void edit(long fromId, int size) {
    seal();
    moveHistory();
    cut(fromId);
    insert(size);
    become(ChatStatus.RUNNING, owned, TurnState.IDLE);
  }

  void clear() {
    moveHistory();
    cut(rows.firstKey());
    become(ChatStatus.WAITING, false, TurnState.IDLE);
  }

  void setQueue(List<String> entries) {
    step();
    queue = entries;
    versions =
        new Versions(
            versions.snapshot(),
            versions.history(),
            versions.snapshot(),
            versions.retry(),
            versions.attempt(),
            versions.failedAttempt());
  }

  void rename() {
    step();
  }

  // Readings.

  FeedRead read(long afterHistory) {
    return new FeedRead(
        row(),
        queueBytes(),
        rows.values().stream().filter(row -> row.revision() > afterHistory).toList(),
        cuts.stream().filter(cut -> cut.historyVersion() > afterHistory).toList(),
        rows.isEmpty() ? 0 : rows.lastKey(),
        status == ChatStatus.REQUIRES_ACTION
            ? List.of(new ClientCall("c1", "pick", RawJson.EMPTY_OBJECT))
            : List.of());
  }

  List<FeedRow> page(FeedPage page, int rowsMax) {
    return rows.tailMap(page.afterId(), false).values().stream()
        .filter(row -> row.revision() <= page.revisionMax())
        .filter(row -> row.revision() > page.revisionAbove() || row.id() > page.idAbove())
        .limit(Math.min(rowsMax, page.rowsMax()))
        .toList();
  }

  ResumeFacts facts(ResumeQuery query) {
    var history = query.history();
    var held = query.heldUpTo();
    var after = history == null ? 0 : history;
    var isDeleted =
        cuts.stream()
            .filter(cut -> cut.historyVersion() > after && cut.historyVersion() <= query.now())
            .anyMatch(cut -> held == null ? cut.fromRevision() <= after : cut.fromId() <= held);
    var lastKept =
        rows.values().stream()
            .filter(row -> row.revision() <= after)
            .mapToLong(FeedRow::id)
            .max()
            .orElse(0);
    var lastCut =
        cuts.stream()
            .filter(cut -> cut.historyVersion() > after && cut.fromRevision() <= after)
            .mapToLong(FeedRead.Cut::fromId)
            .max()
            .orElse(0);
    return new ResumeFacts(isDeleted, Math.max(lastKept, lastCut));
  }

  ChatRow row() {
    return new ChatRow(
        new ChatRow.Identity(ID, USER, null, ID),
        new ChatRow.Lifecycle(status, false, queue.size()),
        versions,
        owned ? new Ownership(WORKER, new RunId(new UUID(4, 4))) : null,
        turn,
        new ModelChoice(null, null, List.of()));
  }

  byte[] queueBytes() {
    return queue.toString().getBytes(US_ASCII);
  }

  Versions versions() {
    return versions;
  }

  ChatStatus status() {
    return status;
  }

  boolean isOwned() {
    return owned;
  }

  boolean isRetrying() {
    return turn.retries().pending() != null;
  }

  Episode episode() {
    return new Episode(versions.history(), versions.attempt());
  }

  /// The newest log, if it is of this episode.
  @Nullable PartLog log(Episode episode) {
    return log != null && log.episode().equals(episode) ? log : null;
  }

  /// The log that may be appended to.
  @Nullable PartLog openLog() {
    return log != null && !log.isSealed() && log.episode().equals(episode()) ? log : null;
  }

  static EncodedPart text(String text) {
    return new EncodedPart(
        Role.ASSISTANT,
        "{\"type\":\"text\",\"text\":\"".getBytes(US_ASCII),
        text.getBytes(US_ASCII),
        "\"}".getBytes(US_ASCII));
  }

  private void step() {
    versions =
        new Versions(
            versions.snapshot() + 1,
            versions.history(),
            versions.queue(),
            versions.retry(),
            versions.attempt(),
            versions.failedAttempt());
  }

  private void moveHistory() {
    step();
    versions =
        new Versions(
            versions.snapshot(), versions.snapshot(), versions.queue(), versions.retry(), 0, 0);
  }

  private void failAttempt() {
    versions =
        new Versions(
            versions.snapshot(),
            versions.history(),
            versions.queue(),
            versions.retry(),
            versions.attempt(),
            versions.attempt());
  }

  private void become(ChatStatus next, boolean isOwned, TurnState state) {
    status = next;
    owned = isOwned;
    turn = state;
  }

  private void insert(int size) {
    var id = nextId++;
    rows.put(id, new FeedRow(id, versions.history(), new byte[size]));
  }

  private void cut(long fromId) {
    var from = rows.ceilingEntry(fromId);
    if (from != null) {
      cuts.add(new FeedRead.Cut(versions.history(), from.getKey(), from.getValue().revision()));
      rows.tailMap(from.getKey(), true).clear();
    }
  }

  private void seal() {
    if (log != null) {
      log.seal();
    }
  }
}
