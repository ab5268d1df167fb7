package chatd.bench.chaos;

import chatd.strict.StrictClient.Episode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/// How long viewers wait for the next attempt when the replica that makes one is killed or frozen.
final class Takeovers {
  private static final long AT_WORK_NANOS = 1_500_000_000L;

  private final Map<String, Live> live = new HashMap<>();
  private final Map<String, Awaited> awaited = new HashMap<>();
  private final Map<How, List<Long>> alone = new HashMap<>();
  private final Map<How, List<Long>> all = new HashMap<>();
  private final IntSupplier faults;

  /// What happened to the worker.
  public enum How {
    KILLED,
    FROZEN
  }

  /// Who makes which attempt, and when a part of it was seen last.
  private record Live(String worker, Episode episode, long nanos) {}

  private record Awaited(How how, Episode episode, long nanos, int faults) {}

  /// @param faults how many there were so far, of any kind
  Takeovers(IntSupplier faults) {
    this.faults = faults;
  }

  /// Somebody sees a part that this replica has made.
  synchronized void part(String chat, String worker, Episode episode, long nanos) {
    var waiting = awaited.get(chat);
    if (waiting != null && episode.compareTo(waiting.episode) > 0) {
      awaited.remove(chat);
      if (episode.history() == waiting.episode.history()) { // Otherwise somebody stopped it.
        arrived(waiting, nanos - waiting.nanos);
      }
    }
    var known = live.get(chat);
    if (known == null || episode.compareTo(known.episode) >= 0) {
      live.put(chat, new Live(worker, episode, nanos));
    }
  }

  private void arrived(Awaited waiting, long took) {
    all.computeIfAbsent(waiting.how, _ -> new ArrayList<>()).add(took);
    if (faults.getAsInt() == waiting.faults) {
      alone.computeIfAbsent(waiting.how, _ -> new ArrayList<>()).add(took);
    }
  }

  /// This replica works no more, as of this time.
  synchronized void lost(How how, String worker, long nanos) {
    live.forEach((chat, at) -> {
      if (at.worker.equals(worker) && nanos - at.nanos < AT_WORK_NANOS) {
        awaited.put(chat, new Awaited(how, at.episode, nanos, faults.getAsInt()));
      }
    });
  }

  /// Those during which nothing else went wrong, in nanoseconds.
  synchronized List<Long> alone(How how) {
    return List.copyOf(alone.getOrDefault(how, List.of()));
  }

  synchronized List<Long> all(How how) {
    return List.copyOf(all.getOrDefault(how, List.of()));
  }
}
