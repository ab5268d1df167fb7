package chatd.core.feed;

import java.util.ArrayList;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a client says it has when it opens a stream.
///
/// `history`: its messages are complete at this version; null: it names none, and then `attempt`
/// and `seq` are 0. `attempt` and `seq`: the last part it applied there. `heldUpTo`: the largest
/// message id it holds, 0 if it holds none, [#LIVE_ONLY] if it wants no history; null: not said.
public record ResumeRequest(
    @Nullable Long history, long attempt, long seq, @Nullable Long heldUpTo) {
  /// Instead of a message id: nothing that is committed already is wanted.
  public static final long LIVE_ONLY = Long.MAX_VALUE;

  /// A client that has nothing.
  public static final ResumeRequest FRESH = new ResumeRequest(null, 0, 0, null);

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,19}");

  /// The parameters of a request as they came, null where absent.
  public record Parameters(
      @Nullable String afterId,
      @Nullable String afterRevision,
      @Nullable String afterAttempt,
      @Nullable String afterSeq,
      @Nullable String cursor,
      @Nullable String lastEventId) {}

  /// What the parameters say, or which of them cannot be read.
  public sealed interface Parsed {
    record Valid(ResumeRequest request) implements Parsed {}

    record Malformed(Source source) implements Parsed {}
  }

  /// Where a position comes from.
  public enum Source {
    AFTER_ID,
    CURSOR,
    LAST_EVENT_ID
  }

  public boolean isLiveOnly() {
    return heldUpTo != null && heldUpTo == LIVE_ONLY;
  }

  /// Reads the parameters. `lastEventId` wins over all others, a cursor over what it replaces, but
  /// none may be malformed.
  public static Parsed parse(Parameters parameters) {
    var afterId = number(parameters.afterId());
    if (afterId < 0) {
      return new Parsed.Malformed(Source.AFTER_ID);
    }
    var revision = number(parameters.afterRevision());
    var attempt = number(parameters.afterAttempt());
    var seq = number(parameters.afterSeq());
    var cursor = numbers(parameters.cursor());
    if (revision < 0 || attempt < 0 || seq < 0 || cursor == null) {
      return new Parsed.Malformed(Source.CURSOR);
    }
    var lastEventId = numbers(parameters.lastEventId());
    if (lastEventId == null) {
      return new Parsed.Malformed(Source.LAST_EVENT_ID);
    }
    if (lastEventId.length > 0) {
      return new Parsed.Valid(of(lastEventId, null));
    }
    var held = parameters.afterId() == null ? null : (Long) afterId;
    return new Parsed.Valid(
        of(cursor.length > 0 ? cursor : new long[] {revision, attempt, seq}, held));
  }

  private static ResumeRequest of(long[] cursor, @Nullable Long afterId) {
    var held = cursor.length == 4 ? (Long) cursor[3] : afterId;
    if (cursor[0] > 0) {
      return new ResumeRequest(cursor[0], cursor[1], cursor[2], held);
    }
    return new ResumeRequest(null, 0, 0, held != null && held == 0 ? null : held);
  }

  /// The numbers of a cursor; none if it is absent, null if it is malformed.
  private static long @Nullable [] numbers(@Nullable String cursor) {
    if (cursor == null || cursor.isEmpty()) {
      return new long[0];
    }
    var out = new ArrayList<Long>(4);
    for (var field : cursor.split("\\.", -1)) {
      var value = number(field);
      if (value < 0) {
        return null;
      }
      out.add(value);
    }
    return out.size() == 3 || out.size() == 4
        ? out.stream().mapToLong(Long::longValue).toArray()
        : null;
  }

  /// A number of 0 to 2^63 - 1; 0 if absent, -1 if malformed.
  private static long number(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    if (!NUMBER.matcher(text).matches()) {
      return -1;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException _) {
      return -1; // Nineteen digits may be too large.
    }
  }
}
