package chatd.engine.worker;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.WhenBusy;
import chatd.core.message.ToolOrigin;
import chatd.core.part.Part;
import chatd.engine.fake.ScriptedModel;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A step that calls two tools of the client and one that nobody has, stopped at every moment at
/// which something is written or heard; there one thing happens to it, or one after the other, and
/// then everything is well again. The turn comes to its end, and whatever the model is shown on the
/// way, each call in it has exactly one result.
class ToolStepMomentsTest {

  /// How far the step has come.
  private enum Moment {
    BEFORE_THE_CALLS,
    IN_THE_ARGUMENTS,
    BEHIND_THE_CALLS,
    BEFORE_THE_COMMIT,
    COMMITTED_UNHEARD,
    BEFORE_THE_ROUND,
    ROUND_BEGUN_UNHEARD,
    BEFORE_THE_ROUNDS_COMMIT,
    ROUND_COMMITTED_UNHEARD,
    BEFORE_THE_CLIENT_IS_ASKED,
    CLIENT_ASKED_UNHEARD,
    CLIENT_ASKED,
    RESULTS_GIVEN_AND_NOBODY_TAKES_IT,
    RESULTS_GIVEN_AND_TAKEN_UNHEARD,
    NEXT_REQUEST,
    NEXT_ANSWER
  }

  /// What happens to it.
  private enum Event {
    NOTHING,
    STOP,
    SEND,
    SEND_INTERRUPT,
    PROMOTE,
    EDIT_THIS,
    EDIT_THE_FIRST,
    RESULTS,
    DEADLINE,
    RETRY,
    FAULT,
    FATAL_FAULT,
    KILL,
    FREEZE_AND_THAW,
    DRAIN,
    NO_DATABASE
  }

  @Test
  void moments_areWhatTheySay() {
    var found = new EnumMap<Moment, String>(Moment.class);
    for (var moment : Moment.values()) {
      var step = new ToolStep();
      reach(step, moment);
      found.put(moment, step.state());
    }
    assertThat(found)
        .containsExactly(
            entry(Moment.BEFORE_THE_CALLS, "GENERATING 1, 0 open"),
            entry(Moment.IN_THE_ARGUMENTS, "GENERATING 1, 0 open"),
            entry(Moment.BEHIND_THE_CALLS, "GENERATING 1, 0 open"),
            entry(Moment.BEFORE_THE_COMMIT, "GENERATING 1, 0 open"),
            entry(Moment.COMMITTED_UNHEARD, "TOOLS 0, 3 open"),
            entry(Moment.BEFORE_THE_ROUND, "TOOLS 0, 3 open"),
            entry(Moment.ROUND_BEGUN_UNHEARD, "TOOLS 1, 3 open"),
            entry(Moment.BEFORE_THE_ROUNDS_COMMIT, "TOOLS 1, 3 open"),
            entry(Moment.ROUND_COMMITTED_UNHEARD, "TOOLS 0, 2 open"),
            entry(Moment.BEFORE_THE_CLIENT_IS_ASKED, "TOOLS 0, 2 open"),
            entry(Moment.CLIENT_ASKED_UNHEARD, "REQUIRES_ACTION 0, 2 open"),
            entry(Moment.CLIENT_ASKED, "REQUIRES_ACTION 0, 2 open"),
            entry(Moment.RESULTS_GIVEN_AND_NOBODY_TAKES_IT, "QUEUED 0, 0 open"),
            entry(Moment.RESULTS_GIVEN_AND_TAKEN_UNHEARD, "GENERATING 1, 0 open"),
            entry(Moment.NEXT_REQUEST, "GENERATING 1, 0 open"),
            entry(Moment.NEXT_ANSWER, "GENERATING 1, 0 open"));
  }

  @Test
  void oneEvent_atEachMoment() {
    for (var moment : Moment.values()) {
      for (var event : Event.values()) {
        play(moment, List.of(event));
      }
    }
  }

  @Test
  @Tag("slow")
  void twoEvents_atEachMoment() {
    for (var moment : Moment.values()) {
      for (var first : Event.values()) {
        for (var second : Event.values()) {
          play(moment, List.of(first, second));
        }
      }
    }
  }

  private static void play(Moment moment, List<Event> events) {
    try {
      var step = new ToolStep();
      reach(step, moment);
      for (var event : events) {
        happen(step, event);
        step.settle();
      }
      step.finish();
    } catch (RuntimeException | AssertionError failure) {
      throw new AssertionError(moment + ", " + events + ": " + failure.getMessage(), failure);
    }
  }

  private static void reach(ToolStep step, Moment moment) {
    switch (moment) {
      case BEFORE_THE_CALLS -> step.request.say("Let me ");
      case IN_THE_ARGUMENTS ->
          step.request.say("Let me ").say(new Part.ArgsDelta("c", "look", "{", ToolOrigin.NONE));
      case BEHIND_THE_CALLS -> step.call();
      case BEFORE_THE_COMMIT -> step.holding(ChatCommand.CommitStep.class, step::answer);
      case COMMITTED_UNHEARD -> step.losing(ChatCommand.CommitStep.class, step::answer);
      case BEFORE_THE_ROUND -> step.holding(ChatCommand.RecordAttempt.class, step::answer);
      case ROUND_BEGUN_UNHEARD -> step.losing(ChatCommand.RecordAttempt.class, step::answer);
      case BEFORE_THE_ROUNDS_COMMIT -> {
        reach(step, Moment.BEFORE_THE_ROUND);
        step.holding(ChatCommand.CommitStep.class, step::goOn);
      }
      case ROUND_COMMITTED_UNHEARD -> {
        reach(step, Moment.BEFORE_THE_ROUND);
        step.losing(ChatCommand.CommitStep.class, step::goOn);
      }
      case BEFORE_THE_CLIENT_IS_ASKED ->
          step.holding(ChatCommand.NeedClientAction.class, step::answer);
      case CLIENT_ASKED_UNHEARD -> step.losing(ChatCommand.NeedClientAction.class, step::answer);
      case CLIENT_ASKED -> step.answer();
      case RESULTS_GIVEN_AND_NOBODY_TAKES_IT -> {
        reach(step, Moment.CLIENT_ASKED);
        step.disconnect(true);
        step.give();
      }
      case RESULTS_GIVEN_AND_TAKEN_UNHEARD -> {
        reach(step, Moment.CLIENT_ASKED);
        step.replicas.forEach(replica -> replica.store.losesAcquire = true);
        step.give();
      }
      case NEXT_REQUEST -> {
        reach(step, Moment.CLIENT_ASKED);
        step.give();
      }
      case NEXT_ANSWER -> {
        reach(step, Moment.NEXT_REQUEST);
        step.model().last().say("So ");
      }
    }
    step.settle();
  }

  private static void happen(ToolStep step, Event event) {
    var user = step.chat.user();
    switch (event) {
      case NOTHING -> {}
      case STOP -> step.apply(new ChatCommand.Interrupt(user));
      case SEND -> step.send(WhenBusy.QUEUE);
      case SEND_INTERRUPT -> step.send(WhenBusy.INTERRUPT);
      case PROMOTE -> step.promote();
      case EDIT_THIS -> step.edit(step.asked().getLast());
      case EDIT_THE_FIRST -> step.edit(step.asked().getFirst());
      case RESULTS -> step.give();
      case DEADLINE -> step.advance(ToolStep.CLIENT_TOOLS.plusSeconds(4));
      case RETRY -> step.apply(new ChatCommand.Retry(user));
      case FAULT -> step.open().forEach(r -> step.end(r).fail(ScriptedModel.overloaded()));
      case FATAL_FAULT -> step.open().forEach(r -> step.end(r).fail(ScriptedModel.badKey()));
      case KILL -> step.kill(step.worker());
      case FREEZE_AND_THAW -> {
        var frozen = step.worker();
        frozen.freeze();
        step.advance(Duration.ofSeconds(13));
        frozen.thaw();
      }
      case DRAIN -> step.drain();
      case NO_DATABASE -> {
        step.disconnect(true);
        step.advance(Duration.ofSeconds(4));
        step.disconnect(false);
      }
    }
  }
}
