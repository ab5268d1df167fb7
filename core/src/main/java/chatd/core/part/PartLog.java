package chatd.core.part;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The parts of one episode, numbered from 1. One thread appends, any number read.
///
/// A log is compact from the start: neighbours that merge share one growing buffer, in which the
/// end of every part is kept. So each number stays a point to read from, and what a reader gets for
/// a number is the same bytes however it came there: frames are cut from the boundaries only when
/// somebody reads, never stored.
///
/// On another replica a log is a mirror: filled with runs of the worker's log, it has the same
/// parts with the same boundaries, so it cannot be told from the original.
///
/// All state is behind one short lock. Nothing foreign is called under it, and a frame may be used
/// without it: bytes are written before they are counted, and never again.
public final class PartLog {
  private final Episode episode;
  private final List<Run> runs = new ArrayList<>();
  private long last;
  private long bytes;
  private boolean sealed;

  public PartLog(Episode episode) {
    this.episode = episode;
  }

  public Episode episode() {
    return episode;
  }

  /// Numbers a part. Empty: the log is sealed and the part is refused.
  public synchronized OptionalLong append(EncodedPart part) {
    if (sealed) {
      return OptionalLong.empty();
    }
    var run = runs.isEmpty() ? null : runs.getLast();
    if (run != null && run.accepts(part)) {
      bytes -= run.bytes();
    } else {
      trimLast();
      run = new Run(last + 1, part);
      runs.add(run);
    }
    run.add(part);
    bytes += run.bytes();
    return OptionalLong.of(++last);
  }

  /// Accepts nothing any more. Returns the last number, 0 if there is none.
  public synchronized long seal() {
    if (!sealed) {
      sealed = true;
      trimLast();
    }
    return last;
  }

  public synchronized boolean isSealed() {
    return sealed;
  }

  /// The last number given so far, 0 if none.
  public synchronized long last() {
    return last;
  }

  /// Memory this log takes, in bytes.
  public synchronized long bytes() {
    return bytes;
  }

  /// Part `from` and as many of those after it as merge with it and fit into a value of `bytesMax`
  /// bytes; a part that is larger comes alone. Null: there is no such part yet.
  public synchronized @Nullable PartFrame read(long from, int bytesMax) {
    if (from < 1 || from > last) {
      return null;
    }
    return runs.get(runOf(from)).read(episode, from, bytesMax);
  }

  /// Part `from` and as many of those after it as merge with it, with their boundaries: what
  /// crosses a link. Their bytes, and [PartRun#BOUNDARY_BYTES] more for each, stay within
  /// `bytesMax`; a part that is larger comes alone. Null: there is no such part yet.
  public synchronized @Nullable PartRun readRun(long from, int bytesMax) {
    if (from < 1 || from > last) {
      return null;
    }
    return runs.get(runOf(from)).readRun(episode, from, bytesMax);
  }

  /// Takes over parts of the log that this one mirrors, without those it has already. False: parts
  /// before them are missing, and nothing was taken.
  ///
  /// @throws IllegalArgumentException if they are of another episode
  public synchronized boolean fill(PartRun run) {
    if (!run.episode().equals(episode)) {
      throw new IllegalArgumentException(run.episode() + " is not " + episode);
    }
    if (run.firstSeq() > last + 1) {
      return false;
    }
    run.partsFrom(last + 1).forEach(this::append);
    return true;
  }

  private int runOf(long seq) {
    var low = 0;
    var high = runs.size() - 1;
    while (low < high) {
      var middle = (low + high + 1) >>> 1;
      if (runs.get(middle).first <= seq) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private void trimLast() {
    if (!runs.isEmpty()) {
      var run = runs.getLast();
      bytes -= run.bytes();
      run.trim();
      bytes += run.bytes();
    }
  }

  /// Parts that merge. The buffer is replaced when it is full, and its used bytes never change, so
  /// that a frame may point into it.
  private static final class Run {
    private static final byte[] NOTHING = {};

    /// What a run costs besides its arrays.
    private static final int OVERHEAD = 160;

    private final long first;
    private final EncodedPart pattern;
    private byte[] buffer = NOTHING;
    private int[] ends = new int[1];
    private int count;

    Run(long first, EncodedPart part) {
      this.first = first;
      this.pattern =
          part.isDelta() ? new EncodedPart(part.role(), part.head(), NOTHING, part.tail()) : part;
    }

    boolean accepts(EncodedPart part) {
      return pattern.canMerge(part);
    }

    void add(EncodedPart part) {
      var delta = part.delta() == null ? NOTHING : part.delta();
      var start = startOf(count);
      var end = Math.addExact(start, delta.length);
      if (end > buffer.length) {
        buffer = Arrays.copyOf(buffer, count == 0 ? end : roomFor(end));
      }
      if (count == ends.length) {
        ends = Arrays.copyOf(ends, count + (count >> 1) + 8);
      }
      System.arraycopy(delta, 0, buffer, start, delta.length);
      ends[count++] = end;
    }

    private static int roomFor(int end) {
      return (int) Math.min(Integer.MAX_VALUE - 8L, end + (end >> 1) + 64L);
    }

    void trim() {
      var used = ends[count - 1];
      if (buffer.length > used) {
        buffer = Arrays.copyOf(buffer, used);
      }
      if (ends.length > count) {
        ends = Arrays.copyOf(ends, count);
      }
    }

    long bytes() {
      return OVERHEAD + fixedBytes() + buffer.length + (long) Integer.BYTES * ends.length;
    }

    PartFrame read(Episode episode, long from, int bytesMax) {
      var index = (int) (from - first);
      var upTo = lastFitting(index, bytesMax - fixedBytes(), 0);
      var delta = new PartFrame.Slice(buffer, startOf(index), ends[upTo]);
      return new PartFrame(
          episode, from, first + upTo, pattern.role(), pattern.head(), delta, pattern.tail());
    }

    PartRun readRun(Episode episode, long from, int bytesMax) {
      var index = (int) (from - first);
      var upTo = lastFitting(index, bytesMax - fixedBytes(), PartRun.BOUNDARY_BYTES);
      var lengths = new int[upTo - index + 1];
      for (var i = 0; i < lengths.length; i++) {
        lengths[i] = ends[index + i] - startOf(index + i);
      }
      var bytes = new PartFrame.Slice(buffer, startOf(index), ends[upTo]);
      return new PartRun(episode, from, pattern, lengths, bytes);
    }

    private int startOf(int index) {
      return index == 0 ? 0 : ends[index - 1];
    }

    private int fixedBytes() {
      return pattern.head().length + pattern.tail().length;
    }

    /// Index of the last part that, with those from `index` on and `each` bytes more for every one,
    /// takes no more than `room`; `index` itself if not even that one fits.
    private int lastFitting(int index, long room, int each) {
      var start = startOf(index);
      var low = index;
      var high = count - 1;
      while (low < high) {
        var middle = (low + high + 1) >>> 1;
        if (ends[middle] - start + (long) each * (middle - index + 1) <= room) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      return low;
    }
  }
}
