package chatd.core.feed;

import chatd.core.feed.Sync.Rule;
import chatd.core.part.Episode;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// How a viewer begins: the position that its client has, and the sync that brings it to the
/// target.
record Opening(Position position, Sync sync) {

  /// Whether the client names something that the target does not have yet.
  static boolean isAhead(ResumeRequest request, Snapshot target) {
    var history = request.history();
    return history != null
        && (history > target.history()
            || (history == target.history() && request.attempt() > target.episode().attempt()));
  }

  /// What has to be read before this can be decided, if anything.
  static @Nullable ResumeQuery missing(ResumeRequest request, Snapshot target, Retained retained) {
    var history = request.history();
    var held = heldUpTo(request, target);
    if (history == null) {
      return held == null || request.isLiveOnly()
          ? null
          : new ResumeQuery(null, held, target.history());
    }
    var isKnown = history >= target.history() || (history >= retained.base() && held != null);
    return isKnown ? null : new ResumeQuery(history, held, target.history());
  }

  /// The beginning, with what was asked for; `facts` is null if nothing was.
  static Opening of(
      ResumeRequest request, Snapshot target, Retained retained, @Nullable ResumeFacts facts) {
    var history = request.history();
    var held = heldUpTo(request, target);
    var claimed = history == null ? 0L : history;
    if (history == null && held == null) {
      return new Opening(
          new Position(0, new Episode(target.history(), 0), 0, 0),
          Sync.start(target, Rule.ALL, false, true));
    }
    var heldNow = held != null ? held : lastIdAt(claimed, target, facts).orElse(0);
    var reset = claimed > target.history() || isHeldRowDeleted(request, target, retained, facts);
    var isCurrent =
        history != null && new Episode(history, request.attempt()).equals(target.episode());
    // Numbers of parts begin with the first attempt.
    var seq = request.attempt() == 0 ? 0 : request.seq();
    return new Opening(
        new Position(0, new Episode(claimed, request.attempt()), seq, heldNow),
        Sync.start(target, reset ? Rule.ALL : rule(request), reset, !isCurrent));
  }

  private static Rule rule(ResumeRequest request) {
    var history = request.history();
    var held = request.heldUpTo();
    return new Rule(
        history == null ? Long.MAX_VALUE : history, held == null ? Long.MAX_VALUE : held);
  }

  private static boolean isHeldRowDeleted(
      ResumeRequest request, Snapshot target, Retained retained, @Nullable ResumeFacts facts) {
    if (facts != null) {
      return facts.heldRowDeleted();
    }
    var history = request.history();
    var held = heldUpTo(request, target);
    return history != null && held != null && retained.hasCut(history, target.history(), held);
  }

  /// For a client that wants no history, its rows are those that exist now.
  private static @Nullable Long heldUpTo(ResumeRequest request, Snapshot target) {
    return request.isLiveOnly() ? (Long) target.lastMessageId() : request.heldUpTo();
  }

  private static OptionalLong lastIdAt(long history, Snapshot target, @Nullable ResumeFacts facts) {
    if (facts != null) {
      return OptionalLong.of(facts.lastIdAtHistory());
    }
    return history == target.history()
        ? OptionalLong.of(target.lastMessageId())
        : OptionalLong.empty();
  }
}
