package chatd.sim;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatStatus;
import chatd.core.message.ContentPart;
import chatd.core.message.Message;
import chatd.core.message.QueuedMessage;
import chatd.core.message.Role;
import chatd.core.part.Episode;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Judges every transaction by what the promises say of what is stored.
final class Judge {
  /// What was asked before a replica began to leave has come by then.
  private static final long ACQUIRING_NANOS = 1_000_000_000L;

  private final World world;

  Judge(World world) {
    this.world = world;
  }

  void judge(
      Story story,
      Story.@Nullable Moment before,
      Story.Moment after,
      List<Message> inserted,
      Replica by,
      @Nullable ChatCommand command) {
    if (before == null) {
      return;
    }
    if (command instanceof ChatCommand.ByWorker write) {
      fenced(story, before, by, write);
    }
    if (command instanceof ChatCommand.Acquire && after.row().ownership() != null) {
      world.checks.that(
          before.row().ownership() == null,
          Promise.P6,
          () -> story.name + " was taken from its owner by " + by.name());
    }
    if (command instanceof ChatCommand.Acquire) {
      acquired(story, before, after, by);
    }
    var announced = before.row().turn().retries().pending();
    if (announced != null && command instanceof ChatCommand.RecordAttempt) {
      world.checks.that(
          !world.clock.now().isBefore(announced.dueAt().minusMillis(10)),
          Promise.RETRY,
          () -> story.name + " is tried again before " + announced.dueAt());
    }
    committed(story, before, inserted, command);
    ordered(story, inserted);
    queue(story, before, after, inserted, command);
  }

  /// Who leaves takes nothing, and what was announced for later is not begun.
  private void acquired(Story story, Story.Moment before, Story.Moment after, Replica by) {
    var late = world.clock.nanos() - by.leavingSince() > ACQUIRING_NANOS;
    world.checks.that(
        !by.isLeaving() || !late || !by.database.isSteady(),
        Promise.P8,
        () -> by.name() + ", which leaves, takes " + story.name);
    var pending = before.row().turn().retries().pending();
    if (pending != null) {
      world.checks.that(
          before.row().versions().attempt() == after.row().versions().attempt()
              || !world.clock.now().isBefore(pending.dueAt()),
          Promise.RETRY,
          () -> story.name + " is tried again before " + pending.dueAt());
    }
  }

  private void fenced(Story story, Story.Moment before, Replica by, ChatCommand.ByWorker command) {
    var owner = before.row().ownership();
    world.checks.that(
        owner != null
            && by.ids.contains(owner.replica())
            && owner.run().equals(command.fence().run()),
        Promise.P6,
        () -> by.name() + " wrote " + command + " to " + story.name + ", which was of " + owner);
    world.checks.that(
        command.fence().historyVersion() == before.row().versions().history()
            && command.fence().attempt() == before.row().versions().attempt(),
        Promise.P6,
        () -> by.name() + " wrote " + command + " to " + story.name + " at " + before.row());
  }

  /// The text of the rows is that of the parts.
  private void committed(
      Story story, Story.Moment before, List<Message> inserted, @Nullable ChatCommand command) {
    var isStep =
        command instanceof ChatCommand.CommitStep
            || command instanceof ChatCommand.FinishInterruption;
    if (!isStep) {
      return;
    }
    var text = new StringBuilder();
    var isAnswer = false;
    for (var message : inserted) {
      if (message.body().role() == Role.ASSISTANT) {
        isAnswer = true;
        text.append(text(message.body().content()));
      }
    }
    var numbered = story.numbered.get(Episode.of(before.row()));
    if (isAnswer || (numbered != null && !numbered.text.isEmpty() && before.row().isLive())) {
      var expected = numbered == null ? "" : numbered.text.toString();
      world.checks.that(
          expected.contentEquals(text),
          Promise.P3,
          () ->
              "%s committed \"%s\", and its parts were \"%s\""
                  .formatted(story.name, text, expected));
      world.checks.that(
          expected.contentEquals(text), Promise.P14, () -> story.name + " lost text: " + text);
    }
  }

  /// In one transaction an old answer and its results stand before a new message.
  private void ordered(Story story, List<Message> inserted) {
    var seenUser = false;
    for (var message : inserted) {
      if (message.body().role() == Role.USER) {
        seenUser = true;
      } else {
        var isBehind = seenUser;
        world.checks.that(
            !isBehind,
            Promise.P10,
            () -> story.name + " has " + message + " behind the message that interrupted it");
      }
    }
  }

  private void queue(
      Story story,
      Story.Moment before,
      Story.Moment after,
      List<Message> inserted,
      @Nullable ChatCommand command) {
    after.queue().entries().forEach(entry -> story.everQueued.add(text(entry)));
    var promoted = command instanceof ChatCommand.Promote promote ? promote.queuedId() : -1;
    var left = new HashSet<Long>();
    after.queue().entries().forEach(entry -> left.add(entry.id()));
    var isEmptied = command instanceof ChatCommand.Edit || command instanceof ChatCommand.Clear;
    for (var entry : before.queue().entries()) {
      if (left.contains(entry.id())) {
        continue;
      }
      var text = text(entry.body().content());
      if (isEmptied) {
        story.takenBack.add(text);
        continue;
      }
      var hasMoved =
          inserted.stream().anyMatch(message -> text(message.body().content()).equals(text));
      var isDeleted =
          command instanceof ChatCommand.DeleteQueued delete && delete.queuedId() == entry.id();
      if (isDeleted) {
        story.takenBack.add(text);
      }
      world.checks.that(
          hasMoved || isDeleted,
          Promise.P9,
          () -> "\"%s\" is lost from the queue of %s".formatted(text, story.name));
      if (hasMoved) {
        world.checks.that(
            entry.id() == promoted || entry.id() == before.queue().entries().getFirst().id(),
            Promise.P9,
            () -> "\"%s\" of %s ran before its turn".formatted(text, story.name));
      }
    }
    if (promoted >= 0 && before.row().status() == ChatStatus.RUNNING && isStill(after, promoted)) {
      world.checks.that(
          after.queue().entries().getFirst().id() == promoted
              && after.row().status() != ChatStatus.RUNNING,
          Promise.P9,
          () -> story.name + " did not let the promoted message be next");
    }
    for (var message : inserted) {
      if (message.body().role() == Role.USER) {
        var text = text(message.body().content());
        world.checks.that(
            isEmptied
                || before.queue().entries().isEmpty()
                || before.queue().entries().stream().anyMatch(entry -> text(entry).equals(text)),
            Promise.P9,
            () -> "\"%s\" of %s overtook those that waited".formatted(text, story.name));
        var times =
            story.messages.values().stream()
                .filter(entry -> entry.message.body().role() == Role.USER)
                .filter(entry -> text(entry.message.body().content()).equals(text))
                .count();
        world.checks.that(
            times == 1,
            Promise.P9,
            () -> "\"%s\" is in %s %d times".formatted(text, story.name, times));
      }
    }
  }

  private static boolean isStill(Story.Moment after, long queued) {
    return after.queue().entries().stream().anyMatch(entry -> entry.id() == queued);
  }

  /// What a person wrote, or the model.
  static String text(List<ContentPart> content) {
    var text = new StringBuilder();
    for (var part : content) {
      switch (part) {
        case ContentPart.Text(var words) -> text.append(words);
        case ContentPart.Reasoning(var words, _, _) -> text.append(words);
        case ContentPart.ToolCall _,
            ContentPart.ToolResult _,
            ContentPart.Source _,
            ContentPart.File _,
            ContentPart.FileReference _,
            ContentPart.ProviderState _ -> {}
      }
    }
    return text.toString();
  }

  static String text(QueuedMessage entry) {
    return text(entry.body().content());
  }
}
