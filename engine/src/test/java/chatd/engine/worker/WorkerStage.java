package chatd.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.WhenBusy;
import chatd.core.chat.ChatRow;
import chatd.core.chat.ReplicaId;
import chatd.core.message.ChatId;
import chatd.core.message.ContentPart;
import chatd.core.message.Message;
import chatd.core.message.QueuedMessage;
import chatd.core.message.Role;
import chatd.core.message.ToolSpec;
import chatd.core.message.UserId;
import chatd.core.part.EncodedPart;
import chatd.core.part.Part;
import chatd.core.runner.PeerWatch.Answer;
import chatd.engine.chats.Chats;
import chatd.engine.chats.Hints;
import chatd.engine.fake.InMemoryAddresses;
import chatd.engine.fake.InMemoryFixture;
import chatd.engine.fake.InMemoryPubsub;
import chatd.engine.fake.ManualTime;
import chatd.engine.fake.NotedTelemetry;
import chatd.engine.fake.OneThread;
import chatd.engine.fake.ScriptedModel;
import chatd.engine.parts.PartLogs;
import chatd.engine.port.ChatStore;
import chatd.engine.port.Hint;
import chatd.engine.port.Outcome;
import chatd.engine.port.PartEncoder;
import chatd.engine.port.ReplicaDirectory;
import chatd.engine.port.TestChat;
import chatd.engine.port.Time;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One replica without viewers: the real loops over an in-memory store and a scripted model, on one
/// thread, with a clock that the test moves.
final class WorkerStage {
  private static final long LOG_BYTES_MAX = 1L << 30;

  final ManualTime time;
  final OneThread thread;
  final OneThread.Group process;
  final ScriptedModel model;
  final InMemoryFixture fixture;
  final InMemoryPubsub pubsub;
  final InMemoryAddresses addresses;
  final Hints hints;
  final PartLogs logs;
  final NotedTelemetry telemetry = new NotedTelemetry();
  final List<String> trouble = telemetry.troubles;

  /// What the loops reported that cannot be.
  final List<String> broken = telemetry.bugs;

  /// What stands between this replica's loops and the database.
  final TroubledStore store;

  final TroubledDirectory directory;
  final Chats chats;
  final WorkerWorld world;
  final Membership membership;

  /// How much this replica's wall clock is ahead of the database's.
  Duration clockAhead = Duration.ZERO;

  final long replica;
  final String address;
  private long ids = 1;

  WorkerStage() {
    this(WorkerLimits.DEFAULT, UnaryOperator.identity());
  }

  /// Threads run in an order drawn from `seed`.
  WorkerStage(long seed, WorkerLimits limits) {
    this(new OneThread(seed), new ManualTime(), null, limits, UnaryOperator.identity());
  }

  /// The usual limits, but clients have only so long for their tools.
  static WorkerLimits limits(Duration clientTools) {
    var usual = WorkerLimits.DEFAULT;
    var patience = usual.patience();
    return new WorkerLimits(
        usual.capacity(),
        usual.steps(),
        usual.retries(),
        new WorkerLimits.Patience(
            patience.silence(), clientTools, patience.poll(), patience.trouble()));
  }

  /// `between` stands between the loops and the store.
  WorkerStage(WorkerLimits limits, UnaryOperator<ChatStore> between) {
    this(new OneThread(1), new ManualTime(), null, limits, between);
  }

  /// All its part logs together may take so much memory.
  static WorkerStage withLogs(long bytesMax) {
    return new WorkerStage(
        new OneThread(1),
        new ManualTime(),
        null,
        "http://replica-1",
        WorkerLimits.DEFAULT,
        bytesMax,
        UnaryOperator.identity());
  }

  /// Another replica over the same database.
  static WorkerStage beside(WorkerStage first) {
    return new WorkerStage(
        first.thread, first.time, first, first.world.limits(), UnaryOperator.identity());
  }

  /// Another process at the address of this one.
  static WorkerStage inPlaceOf(WorkerStage gone) {
    return beside(gone, gone.address);
  }

  /// Another replica over the same database, at this address.
  static WorkerStage beside(WorkerStage first, String address) {
    return new WorkerStage(
        first.thread,
        first.time,
        first,
        address,
        first.world.limits(),
        LOG_BYTES_MAX,
        UnaryOperator.identity());
  }

  private WorkerStage(
      OneThread thread,
      ManualTime time,
      @Nullable WorkerStage first,
      WorkerLimits limits,
      UnaryOperator<ChatStore> between) {
    this(
        thread,
        time,
        first,
        "http://replica-" + (first == null ? 1 : first.replica + 1),
        limits,
        LOG_BYTES_MAX,
        between);
  }

  private WorkerStage(
      OneThread thread,
      ManualTime time,
      @Nullable WorkerStage first,
      String address,
      WorkerLimits limits,
      long logBytesMax,
      UnaryOperator<ChatStore> between) {
    this.thread = thread;
    this.address = address;
    process = thread.group();
    this.time = time;
    replica = first == null ? 1 : first.replica + 1;
    model = first == null ? new ScriptedModel() : first.model;
    fixture = first == null ? new InMemoryFixture(time) : first.fixture;
    pubsub = first == null ? new InMemoryPubsub() : first.pubsub;
    addresses = first == null ? new InMemoryAddresses() : first.addresses;
    hints = new Hints(pubsub.member());
    logs = new PartLogs(time, new PartLogs.Limits(Duration.ofSeconds(15), logBytesMax));
    store = new TroubledStore(between.apply(fixture.store()));
    directory = new TroubledDirectory(fixture.directory());
    chats = new Chats(store, hints);
    world =
        new WorkerWorld(
            new WorkerWorld.Storage(store, chats, hints),
            new WorkerWorld.Generation(logs, new PlainEncoder(), model),
            new WorkerWorld.Surroundings(
                new Clock(),
                process.threads(),
                () -> 0.5,
                () -> new UUID(replica, ids++),
                telemetry),
            limits);
    membership =
        new Membership(
            directory,
            world,
            MembershipLimits.of(Duration.ofSeconds(10)),
            process.threads(),
            new Membership.Self(new ReplicaId(new UUID(replica, 0)), "test", addresses),
            new Membership.Listener() {
              @Override
              public void reborn(ReplicaId id) {
                fixture.holdLock(id, true);
              }

              @Override
              public void seen(List<ReplicaDirectory.Peer> peers) {
                // Nobody here needs to know.
              }
            });
    hints.start();
    process.threads().newThread(this::start).start();
    thread.settle();
  }

  private void start() {
    try {
      membership.start(address);
      fixture.holdLock(membership.id(), true);
      addresses.listen(address, () -> new Answer.Is(membership.id()));
    } catch (ReplicaDirectory.AddressInUse | InterruptedException e) {
      broken.add("start: " + e.getMessage());
    }
  }

  /// Ends the process: nothing of it runs any more, its sessions end, its port is closed.
  void kill() {
    process.freeze();
    fixture.holdLock(membership.id(), false);
    addresses.close(address);
  }

  /// Stops the process where it is; the kernel keeps its connections and its port.
  void freeze() {
    process.freeze();
    addresses.listen(address, Answer.Unclear::new);
  }

  void thaw() {
    process.thaw();
    addresses.listen(address, () -> new Answer.Is(membership.id()));
  }

  /// A chat of a new user whose first turn is due.
  TestChat chat() {
    return announced(TestChat.create(fixture));
  }

  /// Likewise; its client runs tools of these names.
  TestChat chatWithTools(String... names) {
    return announced(
        TestChat.withTools(
            fixture,
            Stream.of(names).map(name -> new ToolSpec(name, "", ToolSpec.ANY_INPUT)).toList()));
  }

  private TestChat announced(TestChat chat) {
    hints.announce(Hint.of(row(chat.id())));
    thread.settle();
    return chat;
  }

  void advance(Duration by) {
    for (var left = by; left.isPositive(); left = left.minusMillis(50)) {
      time.advance(left.compareTo(Duration.ofMillis(50)) < 0 ? left : Duration.ofMillis(50));
      thread.settle();
    }
  }

  Outcome apply(ChatId chat, ChatCommand command) {
    var outcome = chats.apply(chat, command, null);
    thread.settle();
    return outcome;
  }

  Outcome send(TestChat chat, String text, WhenBusy whenBusy) {
    return apply(
        chat.id(), new ChatCommand.Send(chat.user(), body(chat.user(), text), null, whenBusy));
  }

  static QueuedMessage.Body body(UserId user, String text) {
    return new QueuedMessage.Body(
        List.of(new ContentPart.Text(text)), user, null, null, text.length());
  }

  ChatRow row(ChatId chat) {
    return fixture.store().find(chat).orElseThrow().row();
  }

  /// The history as `role: text` lines, system rows left out.
  List<String> history(ChatId chat) {
    return fixture.store().history(chat).stream()
        .filter(message -> message.body().role() != Role.SYSTEM)
        .map(WorkerStage::line)
        .toList();
  }

  /// Everything that was numbered in the newest log of this chat.
  String log(ChatId chat) {
    var log = logs.newest(chat);
    assertThat(log).isNotNull();
    var text = new StringBuilder();
    for (var seq = 1L; log != null && seq <= log.last(); seq++) {
      var frame = log.read(seq, 1);
      if (frame != null) {
        var delta = frame.delta();
        text.append(
            new String(delta.array(), delta.from(), delta.length(), StandardCharsets.UTF_8));
      }
    }
    return text.toString();
  }

  /// The states of all replicas there have been.
  List<ReplicaDirectory.Replica.State> states() {
    return fixture.directory().list().stream().map(ReplicaDirectory.Replica::state).toList();
  }

  private static String line(Message message) {
    var text =
        message.body().content().stream()
            .map(part ->
                switch (part) {
                  case ContentPart.Text(var words) -> words;
                  case ContentPart.ToolCall call -> "call " + call.toolCallId();
                  case ContentPart.ToolResult result ->
                      (result.isError() ? "error " : "result ") + result.toolCallId();
                  case ContentPart.Reasoning(var words, _, _) -> "(" + words + ")";
                  case ContentPart.Source _,
                      ContentPart.File _,
                      ContentPart.FileReference _,
                      ContentPart.ProviderState _ ->
                      "other";
                })
            .collect(Collectors.joining(", "));
    return message.body().role().name().toLowerCase(java.util.Locale.ROOT) + ": " + text;
  }

  private static final class PlainEncoder implements PartEncoder {
    @Override
    public EncodedPart encode(Part part) {
      var nothing = new byte[0];
      return switch (part) {
        case Part.TextDelta(var text) ->
            new EncodedPart(
                Role.ASSISTANT, nothing, text.getBytes(StandardCharsets.UTF_8), nothing);
        default -> EncodedPart.whole(part.role(), part.toString().getBytes(StandardCharsets.UTF_8));
      };
    }
  }

  private final class Clock implements Time {
    @Override
    public Instant now() {
      return time.now().plus(clockAhead);
    }

    @Override
    public long nanos() {
      return time.nanos();
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
      return time.after(delay, action);
    }
  }
}
