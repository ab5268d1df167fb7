package chatd.bench.user;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What must be in one chat, by what the server has answered. Only one thread changes the chat, so
/// nothing happens to it that is not known here, except what the chat does by itself: it answers,
/// and takes what is queued into its history.
public final class ChatLedger {
  private final String chat;
  private final List<Said> said = new ArrayList<>();
  private final List<Said> doubtful = new ArrayList<>();
  private final Map<String, String> outputs = new HashMap<>();
  private boolean isLoose;
  private @Nullable String title;
  private @Nullable String label;
  private boolean archived;
  private int rows;

  public ChatLedger(String chat) {
    this.chat = chat;
  }

  public String chat() {
    return chat;
  }

  /// In the order in which they were accepted.
  public List<Said> said() {
    return List.copyOf(said);
  }

  public void accept(Said message) {
    (isLoose ? doubtful : said).add(message);
  }

  /// Nobody knows whether it was accepted, and it may still come to that: it may be there, once, or
  /// not.
  public void doubt(Said message) {
    said.remove(message);
    doubtful.add(message);
  }

  /// Nobody knows whether a message was put in the place of another one, and when: of all that was
  /// said and will be said anything may be gone.
  public void loosen() {
    isLoose = true;
    doubtful.addAll(said);
    said.clear();
  }

  public boolean isLoose() {
    return isLoose;
  }

  /// What may be there or not.
  public List<Said> doubtful() {
    return List.copyOf(doubtful);
  }

  /// What is known to stand in the history, by its number.
  public void learn(ChatView view) {
    rows = view.messages().size();
    for (var message : view.messages()) {
      if (message.isOfUser()) {
        find(message.text()).ifPresent(it -> it.isRow(message.id()));
      }
    }
  }

  private Optional<Said> find(String text) {
    return said.stream().filter(it -> it.text().equals(text)).findFirst();
  }

  /// How many messages its history had when it was read last.
  public int rows() {
    return rows;
  }

  /// A message was put in the place of this row. Everything from there on is gone, and so is the
  /// queue: what is not known as a row was queued when the rows were read, and came after them.
  public void edit(long row, Said replacement) {
    said.removeIf(it -> it.messageId() == 0 || it.messageId() >= row);
    accept(replacement);
  }

  public void remove(String text) {
    said.removeIf(it -> it.text().equals(text));
  }

  public void promote(String text) {
    find(text).ifPresent(Said::overtakes);
  }

  public void clear() {
    said.clear();
  }

  /// The client's answers to calls of tools were taken.
  public void answerCalls(Map<String, String> outputOfCalls) {
    outputs.putAll(outputOfCalls);
  }

  /// By the id of the call.
  public Map<String, String> outputs() {
    return Map.copyOf(outputs);
  }

  public void rename(@Nullable String newTitle) {
    title = newTitle;
  }

  /// Null if the model may have given it.
  public @Nullable String title() {
    return title;
  }

  public void relabel(String newLabel) {
    label = newLabel;
  }

  public @Nullable String label() {
    return label;
  }

  public void archive(boolean now) {
    archived = now;
  }

  public boolean isArchived() {
    return archived;
  }
}
