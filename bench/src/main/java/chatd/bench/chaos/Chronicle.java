package chatd.bench.chaos;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// All chats, and every answer that the provider has begun.
final class Chronicle {
  private final AtomicLong requests = new AtomicLong();
  private final Map<Long, Planned> answers = new ConcurrentHashMap<>();
  private final Map<String, Story> stories = new ConcurrentHashMap<>();

  /// What the provider set out to say to one request.
  ///
  /// @param story the name of the chat
  /// @param reasoning how many of the words are reasoning; they come first
  /// @param words how many words the whole answer has
  record Planned(String story, int reasoning, int words) {}

  /// A new chat.
  Story begin(String name) {
    var story = new Story(name, this);
    stories.put(name, story);
    return story;
  }

  Optional<Story> story(String name) {
    return Optional.ofNullable(stories.get(name));
  }

  /// The number of a new request to the provider.
  long nextRequest() {
    return requests.incrementAndGet();
  }

  void plan(long request, Planned answer) {
    answers.put(request, answer);
  }

  /// What was planned for a request; nothing if there never was such a request.
  Optional<Planned> answer(long request) {
    return Optional.ofNullable(answers.get(request));
  }

  long requests() {
    return requests.get();
  }
}
