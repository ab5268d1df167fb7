package chatd.server.http;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.CommitStep.Then;
import chatd.core.chat.ChatError;
import chatd.core.message.ChatId;
import chatd.core.message.ContentPart;
import chatd.core.message.MessageBody;
import chatd.core.message.RawJson;
import chatd.core.message.Role;
import chatd.core.message.ToolOrigin;
import chatd.engine.port.TestChat;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/// A chat of a person, and the worker that the test is for it.
record OneChat(Person person, TestChat worker) {
  static OneChat of(Person person, UUID id) {
    return new OneChat(
        person, new TestChat(person.stage().backend.stores(), new ChatId(id), person.user()));
  }

  String path() {
    return "/" + worker.id();
  }

  Reply get(String path) {
    return person.get(path() + path);
  }

  Reply post(String path, String body, String... headers) {
    return person.post(path() + path, body, headers);
  }

  Reply patch(String path, String body, String... headers) {
    return person.patch(path() + path, body, headers);
  }

  Reply delete(String path) {
    return person.delete(path() + path);
  }

  Reply send(String text, String... fields) {
    return post("/messages", Person.content(text, fields));
  }

  long snapshot() {
    return worker.row().versions().snapshot();
  }

  /// Its turn is done, with an answer.
  OneChat answered() {
    worker.answered("done");
    return this;
  }

  /// Somebody works on it.
  OneChat taken() {
    worker.acquired();
    return this;
  }

  /// Its turn has failed.
  OneChat failed() {
    taken();
    var error =
        new ChatError(
            "The model is overloaded.", true, ChatError.Kind.OVERLOADED, null, "demo", 529);
    worker.done(new ChatCommand.Fail(worker.fence(), error, List.of()));
    return this;
  }

  /// The stop that was asked for is carried out.
  void stopped(String partial) {
    worker.done(
        new ChatCommand.FinishInterruption(worker.fence(), List.of(TestChat.answer(partial))));
  }

  /// It waits for a client to run a tool.
  OneChat waitingForClient() {
    return waitingForClient("c1");
  }

  /// It waits for a client to answer these calls.
  OneChat waitingForClient(String... ids) {
    return waitingForClient(Duration.ofMinutes(5), ids);
  }

  /// Likewise, for so long.
  OneChat waitingForClient(Duration allowed, String... ids) {
    taken();
    var calls =
        Stream.of(ids)
            .<ContentPart>map(id ->
                new ContentPart.ToolCall(id, "look", RawJson.EMPTY_OBJECT, ToolOrigin.NONE, null))
            .toList();
    var row = new MessageBody(Role.ASSISTANT, calls, null, null, null);
    worker.done(
        new ChatCommand.CommitStep(worker.fence(), List.of(row), Set.of(ids), null, Then.CONTINUE));
    worker.done(new ChatCommand.NeedClientAction(worker.fence(), allowed));
    return this;
  }
}
