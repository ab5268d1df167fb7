package chatd.engine.port;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.CommitStep.Then;
import chatd.core.chat.ChatCommand.WhenBusy;
import chatd.core.chat.ChatRow;
import chatd.core.chat.Fence;
import chatd.core.chat.ModelChoice;
import chatd.core.chat.Refusal;
import chatd.core.chat.ReplicaId;
import chatd.core.chat.RunId;
import chatd.core.feed.FeedRead;
import chatd.core.message.ChatId;
import chatd.core.message.ContentPart;
import chatd.core.message.Message;
import chatd.core.message.MessageBody;
import chatd.core.message.QueuedMessage;
import chatd.core.message.Role;
import chatd.core.message.ToolSpec;
import chatd.core.message.UserId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One chat and those who act on it, for contracts.
public record TestChat(StoreFixture fixture, ChatId id, UserId user) {
  public static final Chat.Description DESCRIPTION =
      new Chat.Description("A title", false, Map.of("ticket", "o/r#1"), Chat.ClientType.API);

  /// A new root chat of a new user.
  public static TestChat create(StoreFixture fixture) {
    return create(fixture, fixture.newUser(), null);
  }

  /// A new chat; `parent` null makes a root.
  public static TestChat create(StoreFixture fixture, UserId user, @Nullable ChatId parent) {
    var command = creation(user, parent, text("first"));
    assertThat(fixture.store().create(command, DESCRIPTION, null)).isInstanceOf(Outcome.Done.class);
    return new TestChat(fixture, command.id(), user);
  }

  /// A new root chat of a new user, whose client runs these tools.
  public static TestChat withTools(StoreFixture fixture, List<ToolSpec> tools) {
    var user = fixture.newUser();
    var plain = creation(user, null, text("first"));
    var command =
        new ChatCommand.Create(
            plain.identity(), plain.choice(), plain.systemRows(), plain.first(), tools);
    assertThat(fixture.store().create(command, DESCRIPTION, null)).isInstanceOf(Outcome.Done.class);
    return new TestChat(fixture, command.id(), user);
  }

  public static ChatCommand.Create creation(
      UserId user, @Nullable ChatId parent, List<ContentPart> content) {
    var id = new ChatId(UUID.randomUUID());
    return new ChatCommand.Create(
        new ChatRow.Identity(id, user, parent, parent == null ? id : parent),
        new ModelChoice(UUID.randomUUID(), "low", List.of(UUID.randomUUID())),
        List.of(new MessageBody(Role.SYSTEM, text("be kind"), null, null, null)),
        MessageBody.user(content, user, null),
        List.of());
  }

  public static List<ContentPart> text(String text) {
    return List.of(new ContentPart.Text(text));
  }

  public static MessageBody answer(String text) {
    return new MessageBody(Role.ASSISTANT, text(text), null, UUID.randomUUID(), null);
  }

  public ChatStore store() {
    return fixture.store();
  }

  public Outcome.Done done(ChatCommand command) {
    var outcome = store().apply(id, command, null);
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    return (Outcome.Done) outcome;
  }

  public Refusal refused(ChatCommand command) {
    var before = find();
    var outcome = store().apply(id, command, null);
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    assertThat(find()).isEqualTo(before);
    return ((Outcome.Refused) outcome).why();
  }

  public void unchanged(ChatCommand command) {
    var before = find();
    assertThat(store().apply(id, command, null)).isEqualTo(new Outcome.Unchanged(before));
    assertThat(find()).isEqualTo(before);
  }

  public Chat find() {
    return store().find(id).orElseThrow();
  }

  public ChatRow row() {
    return find().row();
  }

  public Fence fence() {
    return Fence.of(row());
  }

  public List<Message> history() {
    return store().history(id);
  }

  public List<Message> visible() {
    return history().stream().filter(message -> message.body().role() != Role.SYSTEM).toList();
  }

  public FeedRead feed(long afterHistory) {
    return store().readFeed(id, afterHistory).orElseThrow();
  }

  public QueuedMessage.Body message(String text) {
    return message(text(text));
  }

  public QueuedMessage.Body message(List<ContentPart> content) {
    return new QueuedMessage.Body(content, user, null, null, 40);
  }

  public ChatCommand.Send send(String text) {
    return new ChatCommand.Send(user, message(text), null, WhenBusy.QUEUE);
  }

  /// Sends to a chat that is busy.
  public QueuedMessage enqueue(String text) {
    return requireNonNull(done(send(text)).queued());
  }

  public ChatCommand.Edit edit(long messageId, String text) {
    return new ChatCommand.Edit(user, messageId, message(text), null);
  }

  /// A replica of its own takes this chat and every other that is due.
  public ReplicaId acquired() {
    var replica = newReplica(fixture);
    acquiredBy(replica);
    return replica;
  }

  /// Lets this replica take the chat.
  public void acquiredBy(ReplicaId replica) {
    store().acquire(replica, 1000, 1000, () -> new RunId(UUID.randomUUID()));
    assertThat(row().ownership()).isNotNull();
  }

  public static ReplicaId newReplica(StoreFixture fixture) {
    var replica = new ReplicaId(UUID.randomUUID());
    fixture.directory().register(replica, "http://" + replica, "test");
    return replica;
  }

  /// Commits one step of the turn as whoever owns the chat.
  public Outcome.Done commit(Then then, MessageBody... rows) {
    return done(new ChatCommand.CommitStep(fence(), List.of(rows), Set.of(), null, then));
  }

  /// Runs the turn to its end with this answer.
  public void answered(String text) {
    acquired();
    commit(Then.FINISH, answer(text));
  }
}
