package chatd.core.watch;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatStatus;
import chatd.core.chat.Phase;
import chatd.core.message.ChatId;
import chatd.core.watch.WatchedChat.Moment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Chats that live as they like, looks that come too late and twice, and a client that reads
/// slowly: whenever it has read everything, its list is what the database has.
class WatchPropertyTest {
  private static final int STEPS = 4000;

  /// What a chat may show while it runs.
  private static final Phase[] PHASES = Phase.values();

  private record Event(ChatId chat, WatchKind kind, @Nullable WatchedChat state) {}

  /// The database: the chats there are, and those that are gone.
  private final Map<ChatId, WatchedChat> chats = new HashMap<>();

  private final Set<ChatId> gone = new HashSet<>();
  private final List<ChatId> everybody = new ArrayList<>();

  /// The list of the client, without what is archived.
  private final Map<ChatId, WatchedChat> list = new HashMap<>();

  /// Kinds that were told of each chat.
  private final Map<ChatId, List<WatchKind>> told = new HashMap<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void client_hasWhatTheDatabaseHas(long seed) {
    var random = new Random(seed);
    for (var i = 0; i < 5; i++) {
      create(random);
    }
    chats.forEach(this::show);
    // Half of the runs know fewer chats than there are.
    var known = new WatchedChats(seed % 2 == 0 ? 10_000 : 8, new HashMap<>(chats));
    var queue = new WatchQueue<Event>(Long.MAX_VALUE, _ -> 1);
    var checks = 0;
    for (var step = 0; step < STEPS; step++) {
      switch (random.nextInt(10)) {
        case 0 -> create(random);
        case 1 -> delete(random);
        case 2, 3, 4, 5 -> change(random);
        case 6, 7 -> look(known, queue, random);
        default -> read(queue, random.nextInt(4));
      }
      if (step % 50 == 0) {
        everybody.forEach(chat -> look(known, queue, chat));
        read(queue, Integer.MAX_VALUE);
        assertThat(rows(list)).isEqualTo(rows(shown()));
        checks++;
      }
    }
    assertThat(checks).isEqualTo(STEPS / 50);
    assertThat(told.values().stream().flatMap(List::stream)).contains(WatchKind.values());
  }

  private void show(ChatId chat, WatchedChat state) {
    if (!state.archived()) {
      list.put(chat, state);
    }
  }

  /// What can be seen of a list. Labels, for one, are not told of.
  private static Map<ChatId, List<Object>> rows(Map<ChatId, WatchedChat> list) {
    Map<ChatId, List<Object>> rows = new HashMap<>();
    list.forEach((id, chat) ->
        rows.put(
            id, List.of(chat.title(), chat.status(), String.valueOf(chat.phase()), chat.asked())));
    return rows;
  }

  private Map<ChatId, WatchedChat> shown() {
    Map<ChatId, WatchedChat> shown = new HashMap<>(chats);
    shown.values().removeIf(WatchedChat::archived);
    return shown;
  }

  private void create(Random random) {
    var id = new ChatId(new UUID(random.nextLong(), random.nextLong()));
    everybody.add(id);
    chats.put(
        id,
        new WatchedChat(new Moment(1, 1, 0), ChatStatus.RUNNING, Phase.QUEUED, 0, "new", false));
  }

  private void delete(Random random) {
    if (chats.size() > 20) {
      var id = any(random);
      chats.remove(id);
      gone.add(id);
    }
  }

  private ChatId any(Random random) {
    var there = everybody.stream().filter(chats::containsKey).toList();
    return there.get(random.nextInt(there.size()));
  }

  private void change(Random random) {
    var id = any(random);
    chats.compute(id, (_, old) -> changed(old, random));
  }

  /// One transaction. A status that changes moves the attempt or the history.
  private static WatchedChat changed(@Nullable WatchedChat old, Random random) {
    var state = requireNonNull(old);
    var moment = state.moment();
    var next = moment.snapshot() + 1;
    var same = new Moment(next, moment.history(), moment.attempt());
    return switch (random.nextInt(6)) {
      case 0 ->
          new WatchedChat(
              same,
              state.status(),
              state.phase(),
              state.asked(),
              "title " + random.nextInt(3),
              state.archived());
      case 1 ->
          new WatchedChat(same, ChatStatus.WAITING, null, 0, state.title(), !state.archived());
      case 2 -> // Labels: nothing of it is told.
          new WatchedChat(
              same, state.status(), state.phase(), state.asked(), state.title(), state.archived());
      case 3 ->
          new WatchedChat(
              new Moment(next, next, 0),
              ChatStatus.REQUIRES_ACTION,
              null,
              next,
              state.title(),
              false);
      case 4 ->
          new WatchedChat(
              new Moment(next, next, 0), ChatStatus.WAITING, null, 0, state.title(), false);
      default ->
          new WatchedChat(
              new Moment(next, moment.history(), moment.attempt() + 1),
              ChatStatus.RUNNING,
              PHASES[random.nextInt(PHASES.length)],
              0,
              state.title(),
              false);
    };
  }

  private void look(WatchedChats known, WatchQueue<Event> queue, Random random) {
    look(known, queue, everybody.get(random.nextInt(everybody.size())));
  }

  private void look(WatchedChats known, WatchQueue<Event> queue, ChatId chat) {
    var state = chats.get(chat);
    var snapshot = state == null ? Long.MAX_VALUE : state.moment().snapshot();
    if (!known.isNews(chat, snapshot)) {
      return;
    }
    var news = state == null ? known.deleted(chat) : known.found(chat, state);
    assertThat(news).isInstanceOf(WatchedChats.News.Told.class);
    for (var kind : ((WatchedChats.News.Told) news).kinds()) {
      assertThat(queue.add(chat, kind, new Event(chat, kind, state))).isTrue();
    }
  }

  /// The client reads so many events.
  private void read(WatchQueue<Event> queue, int count) {
    for (var i = 0; i < count; i++) {
      var event = queue.next();
      if (event == null) {
        return;
      }
      told.computeIfAbsent(event.chat(), _ -> new ArrayList<>()).add(event.kind());
      apply(event);
    }
  }

  private void apply(Event event) {
    var state = event.state();
    switch (event.kind()) {
      case CREATED -> show(event.chat(), requireNonNull(state));
      case DELETED -> list.remove(event.chat());
      case STATUS_CHANGE, TITLE_CHANGE, ACTION_REQUIRED -> {
        if (state != null && list.containsKey(event.chat())) {
          list.put(event.chat(), state);
        }
      }
    }
  }
}
