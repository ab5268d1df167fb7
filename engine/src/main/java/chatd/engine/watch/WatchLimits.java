package chatd.engine.watch;

import java.time.Duration;

/// The bounds of watching, besides those that hold for every stream.
///
/// `chatsPerUser`: of so many chats it is known what was told. `touches`: changes that one look may
/// find. `reads`: chats read at once. `hints`: chats of which hints are remembered; more are left
/// to the next look. `bytesPerWatcher`: what may wait for one reader. `trouble`: the pause after a
/// fault of the store.
public record WatchLimits(
    int chatsPerUser, int touches, int reads, int hints, long bytesPerWatcher, Duration trouble) {

  public static final WatchLimits DEFAULT =
      new WatchLimits(10_000, 50_000, 200, 10_000, 8L << 20, Duration.ofSeconds(1));

  public WatchLimits {
    if (reads > hints || hints > touches) {
      throw new IllegalArgumentException("A look finds more than hints bring or one read takes.");
    }
  }
}
