package chatd.server.http;

import chatd.core.message.ChatId;
import chatd.core.message.Message;
import chatd.core.message.ModelUse;
import chatd.core.turn.ModelFault;
import chatd.core.turn.TitleWish;
import chatd.engine.chats.TitleQuestion;
import chatd.engine.port.Chat;
import chatd.engine.port.ChatLists;
import chatd.engine.port.ChatLists.PageQuery;
import chatd.engine.port.ChatStore;
import chatd.engine.port.DescribeChat;
import chatd.engine.port.ModelCatalog;
import chatd.engine.port.ModelConfig;
import chatd.engine.port.ModelException;
import chatd.engine.port.StoreException;
import chatd.engine.port.TitleClaims;
import chatd.server.wire.ChatCodec;
import chatd.server.wire.MessageAnswers;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Another title for a chat, made by its model when somebody asks for one. Where the conversation
/// or the model's answer gives none, the title that is there is the answer.
final class TitleApi {
  private static final Logger LOG = LoggerFactory.getLogger(TitleApi.class);
  private static final int NEWEST = 20;
  private static final long BYTES_MAX = 1L << 20;

  /// Long enough for the model's answer and for writing it down.
  private static final Duration CLAIM = TitleQuestion.PATIENCE.multipliedBy(2);

  private final ChatStore store;
  private final ChatLists lists;
  private final UserCommands commands;
  private final Titling titling;
  private final ChatCodec codec;

  /// What titles are made with.
  record Titling(ModelCatalog models, TitleQuestion question, TitleClaims claims) {}

  TitleApi(
      ChatStore store, ChatLists lists, UserCommands commands, Titling titling, ChatCodec codec) {
    this.store = store;
    this.lists = lists;
    this.commands = commands;
    this.titling = titling;
    this.codec = codec;
  }

  void addTo(UserRoutes routes) {
    routes.addToChat(HandlerType.POST, "/title/regenerate", this::regenerate);
    routes.addToChat(HandlerType.POST, "/title/propose", this::propose);
  }

  private void propose(Context context, Caller caller, Chat chat) {
    Answers.json(context, 200, MessageAnswers.title(title(chat, model(chat))));
  }

  private void regenerate(Context context, Caller caller, Chat chat) {
    var model = model(chat);
    var id = chat.row().id();
    var claim = UUID.randomUUID();
    if (!titling.claims().take(id, claim, CLAIM)) {
      throw ApiError.TITLE_IN_PROGRESS.asException();
    }
    try {
      // As if the user had written it: what is made later, unasked, does not replace it.
      commands.describe(id, new DescribeChat(caller.user(), title(chat, model), null, null));
    } finally {
      giveUp(id, claim);
    }
    var now = store.find(id).orElseThrow(ApiError.NOT_FOUND::asException);
    Answers.json(context, 200, codec.encode(now));
  }

  private void giveUp(ChatId chat, UUID claim) {
    try {
      titling.claims().giveUp(chat, claim);
    } catch (StoreException e) {
      LOG.warn("A claim on the title of chat {} stays until it ends: {}", chat, e.getMessage());
    }
  }

  private ModelConfig model(Chat chat) {
    var models = titling.models();
    var chosen = chat.row().choice().modelConfigId();
    return (chosen == null ? models.preferred() : models.find(chosen).or(models::preferred))
        .orElseThrow(ApiError.NO_DEFAULT_MODEL::asException);
  }

  private String title(Chat chat, ModelConfig model) {
    var current = chat.description().title();
    var prompt = TitleWish.again(excerpt(chat.row().id()));
    try {
      return prompt.isEmpty()
          ? current
          : titling.question().ask(prompt.get(), model, use -> note(chat, use)).orElse(current);
    } catch (ModelException e) {
      throw ErrorAnswer.of(ApiError.UNAVAILABLE, why(e.fault())).asException();
    }
  }

  private static String why(ModelFault fault) {
    // Broken off here: it took more time, or more words, than a title is worth.
    return fault.kind() == ModelFault.Kind.CANCELLED
        ? "The model took too long for a title."
        : fault.error().message();
  }

  private void note(Chat chat, ModelUse use) {
    try {
      store.record(chat.row().id(), use);
    } catch (StoreException e) {
      // The title is worth more than its price.
      LOG.warn("The cost of a title of chat {} is not noted: {}", chat.row().id(), e.getMessage());
    }
  }

  /// How the conversation began, and where it is.
  private List<Message> excerpt(ChatId chat) {
    var newest =
        lists.messages(chat, new PageQuery(NEWEST, BYTES_MAX, null, Long.MAX_VALUE, false));
    List<Message> messages = new ArrayList<>();
    if (newest.hasMore()) {
      var first = lists.messages(chat, new PageQuery(1, BYTES_MAX, 0L, null, true));
      messages.addAll(first.messages());
    }
    messages.addAll(newest.messages().reversed());
    return messages;
  }
}
