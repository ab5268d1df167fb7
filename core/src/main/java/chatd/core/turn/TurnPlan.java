package chatd.core.turn;

import chatd.core.chat.ChatError;
import chatd.core.chat.ChatRow;
import chatd.core.chat.OpenCall;
import chatd.core.message.Message;
import chatd.core.message.Role;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a turn does next, from nothing but the chat's row and its history.
public sealed interface TurnPlan {

  /// Ask the model; `modelConfigId` null: the default one.
  record AskModel(Prompt prompt, @Nullable UUID modelConfigId) implements TurnPlan {}

  /// Run these calls, in this order, as one round.
  record RunTools(List<OpenCall> calls) implements TurnPlan {
    public RunTools {
      calls = List.copyOf(calls);
    }
  }

  /// The client runs what is open.
  record AwaitClient() implements TurnPlan {}

  record Fail(ChatError error) implements TurnPlan {}

  /// `stepsMax` bounds the steps of one turn.
  static TurnPlan of(ChatRow row, List<Message> history, int stepsMax) {
    var open = row.turn().openCalls();
    var byServer = open.stream().filter(call -> !call.byClient()).toList();
    if (!byServer.isEmpty()) {
      return new RunTools(byServer);
    }
    if (!open.isEmpty()) {
      return new AwaitClient();
    }
    if (row.turn().compactRequested()) {
      return new Fail(
          ChatError.of(
              ChatError.Kind.GENERIC, "This version cannot summarise a conversation.", false));
    }
    if (row.turn().attempts().steps() >= stepsMax) {
      return new Fail(
          ChatError.of(
              ChatError.Kind.GENERIC,
              "The turn was ended after " + stepsMax + " steps without a final answer.",
              true));
    }
    var entries =
        history.stream()
            .map(message -> new Prompt.Entry(message.body().role(), message.body().content()))
            .toList();
    return new AskModel(new Prompt(entries), model(row, history));
  }

  /// The model that the latest user message was sent to.
  private static @Nullable UUID model(ChatRow row, List<Message> history) {
    for (var message : history.reversed()) {
      if (message.body().role() == Role.USER && message.body().modelConfigId() != null) {
        return message.body().modelConfigId();
      }
    }
    return row.choice().modelConfigId();
  }
}
