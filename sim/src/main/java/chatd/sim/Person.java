package chatd.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.WhenBusy;
import chatd.core.chat.ChatRow;
import chatd.core.chat.ModelChoice;
import chatd.core.chat.OpenCall;
import chatd.core.message.ChatId;
import chatd.core.message.ContentPart;
import chatd.core.message.MessageBody;
import chatd.core.message.QueuedMessage;
import chatd.core.message.RawJson;
import chatd.core.message.Role;
import chatd.core.message.ToolOrigin;
import chatd.core.message.ToolSpec;
import chatd.core.message.UserId;
import chatd.engine.port.Chat;
import chatd.engine.port.DescribeChat;
import chatd.engine.port.Outcome;
import chatd.engine.port.RequestKey;
import chatd.engine.port.StoreException;
import chatd.engine.port.StoredAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Somebody with chats, who does what the interface offers, at any replica, and asks again with the
/// same key when an answer does not come.
final class Person {
  private static final int TRIES_MAX = 4;
  private static final long PATIENCE = 6_000_000_000L;

  private final World world;
  private final Database database;
  private final Supplier<List<Replica>> processes;
  final UserId user;
  final List<Story> stories = new ArrayList<>();
  private int keys;

  Person(World world, Database database, Supplier<List<Replica>> processes, String name) {
    this.world = world;
    this.database = database;
    this.processes = processes;
    this.user = database.newUser(name);
  }

  /// A request as it is sent, again and again until it is answered.
  private record Request(
      String name,
      Story story,
      @Nullable String text,
      Function<Replica, Outcome> call,
      Consumer<Outcome> answered) {}

  /// Makes a chat.
  Story create(String name) {
    var id = new ChatId(world.uuid());
    var hasTools = world.chance(0.5);
    var story = new Story(id, user, name, hasTools);
    stories.add(story);
    database.expect(story);
    var text = words();
    var tools =
        hasTools
            ? List.of(
                new ToolSpec("look", "", ToolSpec.ANY_INPUT),
                new ToolSpec("read", "", ToolSpec.ANY_INPUT))
            : List.<ToolSpec>of();
    var command =
        new ChatCommand.Create(
            new ChatRow.Identity(id, user, null, id),
            new ModelChoice(null, null, List.of()),
            List.of(new MessageBody(Role.SYSTEM, text("be kind"), null, null, null)),
            MessageBody.user(text(text), user, null),
            tools);
    var description = new Chat.Description(name, false, Map.of(), Chat.ClientType.API);
    var key = key();
    send(
        new Request(
            "create",
            story,
            text,
            process -> process.chats.create(command, description, key),
            _ -> {}),
        0);
    return story;
  }

  /// Does anything with any chat.
  void act() {
    var story = world.any(stories);
    if (story.moments.isEmpty() || story.isDeleted) {
      return;
    }
    switch (world.random.nextInt(30)) {
      case 0, 1, 2, 3, 4 -> send(story, WhenBusy.QUEUE);
      case 5, 6 -> send(story, WhenBusy.INTERRUPT);
      case 7 -> send(story, WhenBusy.REJECT);
      case 8, 9, 10 -> plain("stop", story, new ChatCommand.Interrupt(user));
      case 11 -> edit(story);
      case 12, 13 -> queued(story).ifPresent(e -> promote(story, e));
      case 14 -> queued(story).ifPresent(e -> deleteQueued(story, e));
      case 15, 16 -> plain("retry", story, new ChatCommand.Retry(user));
      case 17 -> plain("archive", story, new ChatCommand.Archive(user));
      case 18, 19, 20 -> plain("unarchive", story, new ChatCommand.Unarchive(user));
      case 21 -> {
        if (world.chance(0.3)) {
          clear(story);
        }
      }
      case 22 -> {
        if (world.chance(0.1)) {
          plain("delete", story, new ChatCommand.Delete(user));
        }
      }
      case 23 -> describe(story);
      default -> giveResults(story);
    }
  }

  /// Keeps chats busy without harm.
  void chat() {
    var story = world.any(stories);
    if (!story.moments.isEmpty() && !story.isDeleted) {
      switch (world.random.nextInt(6)) {
        case 0 -> plain("stop", story, new ChatCommand.Interrupt(user));
        case 1 -> giveResults(story);
        case 2 -> plain("unarchive", story, new ChatCommand.Unarchive(user));
        case 3 -> plain("retry", story, new ChatCommand.Retry(user));
        default -> send(story, world.chance(0.8) ? WhenBusy.QUEUE : WhenBusy.INTERRUPT);
      }
    }
  }

  private void send(Story story, WhenBusy whenBusy) {
    var text = words();
    var body = new QueuedMessage.Body(text(text), user, null, null, text.length());
    var command = new ChatCommand.Send(user, body, null, whenBusy);
    apply("send " + whenBusy, story, text, command);
  }

  private void edit(Story story) {
    var asked = story.visible().stream().filter(e -> e.message.body().role() == Role.USER).toList();
    if (!asked.isEmpty() && world.chance(0.5)) {
      var text = words();
      var body = new QueuedMessage.Body(text(text), user, null, null, text.length());
      var from = world.any(asked).message.id();
      apply("edit", story, text, new ChatCommand.Edit(user, from, body, null));
    }
  }

  private void clear(Story story) {
    plain("clear", story, new ChatCommand.Clear(user));
  }

  private java.util.Optional<QueuedMessage> queued(Story story) {
    var queue = story.now().queue().entries();
    return queue.isEmpty() ? java.util.Optional.empty() : java.util.Optional.of(world.any(queue));
  }

  private void promote(Story story, QueuedMessage entry) {
    plain("promote", story, new ChatCommand.Promote(user, entry.id()));
  }

  private void deleteQueued(Story story, QueuedMessage entry) {
    plain("delete queued", story, new ChatCommand.DeleteQueued(user, entry.id()));
  }

  private void giveResults(Story story) {
    var results =
        new ArrayList<>(
            story.row().turn().openCalls().stream()
                .filter(OpenCall::byClient)
                .map(open -> result(open.toolCallId()))
                .toList());
    if (results.isEmpty()) {
      return;
    }
    if (world.chance(0.1)) {
      results.removeLast();
    }
    plain("tool results", story, new ChatCommand.GiveToolResults(user, results));
  }

  private static ContentPart.ToolResult result(String id) {
    return new ContentPart.ToolResult(id, "", RawJson.EMPTY_OBJECT, false, ToolOrigin.NONE, null);
  }

  private void describe(Story story) {
    var title = "title " + world.nextWord();
    send(
        new Request(
            "title",
            story,
            null,
            process -> process.chats.describe(story.id, new DescribeChat(user, title, null, null)),
            _ -> {}),
        0);
  }

  private void plain(String name, Story story, ChatCommand command) {
    apply(name, story, null, command);
  }

  private void apply(String name, Story story, @Nullable String text, ChatCommand command) {
    var key = key();
    send(
        new Request(
            name, story, text, process -> process.chats.apply(story.id, command, key), _ -> {}),
        0);
  }

  private RequestKey key() {
    var key = user + "-" + keys++;
    return new RequestKey(
        user, key, key.getBytes(UTF_8), _ -> new StoredAnswer(200, key.getBytes(UTF_8)));
  }

  private void send(Request request, int tries) {
    var serving = processes.get().stream().filter(Replica::exists).toList();
    if (serving.isEmpty()) {
      again(request, tries);
      return;
    }
    world.draws.command(request.name());
    if (request.text() != null && tries == 0) {
      request.story().unsure.add(request.text());
    }
    var to = world.any(serving);
    var isAnswered = new boolean[1];
    to.spawn(() -> {
      try {
        var outcome = request.call().apply(to);
        if (!isAnswered[0]) {
          isAnswered[0] = true;
          answered(request, outcome, to);
        }
      } catch (StoreException _) {
        if (!isAnswered[0]) {
          isAnswered[0] = true;
          again(request, tries);
        }
      }
    });
    world.clock.after(
        PATIENCE,
        () -> {
          if (!isAnswered[0]) {
            isAnswered[0] = true;
            again(request, tries);
          }
        });
  }

  private void again(Request request, int tries) {
    if (tries < TRIES_MAX && world.chance(0.8)) {
      world.draws.command("asked again");
      world.clock.after(world.millis(10, 1_500), () -> send(request, tries + 1));
    }
  }

  private void answered(Request request, Outcome outcome, Replica by) {
    var story = request.story();
    world.trace.event(
        "person",
        by.number,
        () ->
            "%s of %s at %s: %s%s"
                .formatted(
                    request.name(),
                    story.name,
                    by.name(),
                    outcome.getClass().getSimpleName(),
                    outcome instanceof Outcome.Refused refused ? " " + refused.why() : ""));
    var text = request.text();
    var isDone = outcome instanceof Outcome.Done || outcome instanceof Outcome.Replayed;
    if (text != null && isDone) {
      story.unsure.remove(text);
      story.sent.add(text);
      world.checks.that(
          story.isDeleted || isStored(story, text) || story.everQueued.contains(text),
          Promise.P9,
          () -> "\"%s\" to %s was answered well and is not stored".formatted(text, story.name));
    }
    request.answered().accept(outcome);
  }

  private static boolean isStored(Story story, String text) {
    return story.messages.values().stream()
        .anyMatch(entry -> Judge.text(entry.message.body().content()).equals(text));
  }

  private String words() {
    return "user " + world.nextWord();
  }

  static List<ContentPart> text(String text) {
    return List.of(new ContentPart.Text(text));
  }

  /// No answered message is lost, and none is there twice.
  void checkFinal() {
    for (var story : stories) {
      if (story.moments.isEmpty() || story.isDeleted) {
        continue;
      }
      for (var text : story.sent) {
        var stored =
            story.visible().stream()
                .filter(entry -> Judge.text(entry.message.body().content()).equals(text))
                .count();
        var queued =
            story.now().queue().entries().stream()
                .filter(entry -> Judge.text(entry).equals(text))
                .count();
        var isTakenBack =
            story.takenBack.contains(text)
                || story.messages.values().stream()
                    .anyMatch(entry ->
                        entry.deletedIn < Long.MAX_VALUE
                            && Judge.text(entry.message.body().content()).equals(text));
        world.checks.that(
            stored + queued == (isTakenBack ? 0 : 1),
            Promise.P9,
            () ->
                "\"%s\" is %d times in the history and %d times in the queue of %s"
                    .formatted(text, stored, queued, story.name));
      }
    }
  }
}
