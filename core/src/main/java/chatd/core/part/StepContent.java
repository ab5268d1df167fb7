package chatd.core.part;

import chatd.core.message.ContentPart;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a step's parts amount to: the content that is committed for them.
///
/// Text is exactly the concatenation of its deltas. Arguments count once they are complete,
/// progress of tools not at all. Confined to one thread at a time.
public final class StepContent {
  private final List<ContentPart> closed = new ArrayList<>();
  private @Nullable Block open;

  private static final class Block {
    private final boolean reasoning;
    private final Instant first;
    private final StringBuilder text = new StringBuilder();
    private Instant last;

    Block(boolean reasoning, Instant first) {
      this.reasoning = reasoning;
      this.first = first;
      this.last = first;
    }

    ContentPart content() {
      return reasoning
          ? new ContentPart.Reasoning(text.toString(), first, last)
          : new ContentPart.Text(text.toString());
    }
  }

  /// A numbered part; `now` is when it came.
  public void add(Part part, Instant now) {
    switch (part) {
      case Part.TextDelta(var text) -> append(false, text, now);
      case Part.ReasoningDelta(var text) -> append(true, text, now);
      case Part.Whole(var content) -> {
        close();
        closed.add(content);
      }
      case Part.ArgsDelta _, Part.ResultDelta _, Part.ResultReset _ -> {}
    }
  }

  /// What the provider wants back, at this place among the parts.
  public void add(ContentPart.ProviderState state) {
    close();
    closed.add(state);
  }

  /// The content so far.
  public List<ContentPart> content() {
    var all = new ArrayList<>(closed);
    if (open != null) {
      all.add(open.content());
    }
    return List.copyOf(all);
  }

  private void append(boolean reasoning, String text, Instant now) {
    if (open == null || open.reasoning != reasoning) {
      close();
      open = new Block(reasoning, now);
    }
    open.text.append(text);
    open.last = now;
  }

  private void close() {
    if (open != null) {
      closed.add(open.content());
      open = null;
    }
  }
}
