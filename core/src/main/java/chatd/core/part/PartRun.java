package chatd.core.part;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Neighbouring parts that merge, from number `firstSeq` on, with the boundaries between them: the
/// form in which parts cross a link, because any of them may be where a viewer resumes.
///
/// `pattern` is what they have in common. Its delta is empty and `lengths` cut `bytes` into the
/// deltas of the parts; or it has none and is itself the only part. The arrays are shared and never
/// changed.
@SuppressWarnings("ArrayRecordComponent") // Equal when the shared arrays are the same.
public record PartRun(
    Episode episode, long firstSeq, EncodedPart pattern, int[] lengths, PartFrame.Slice bytes) {

  /// What one boundary counts where the size of a run is limited; it takes no more when encoded.
  public static final int BOUNDARY_BYTES = 4;

  public int count() {
    return lengths.length;
  }

  public long lastSeq() {
    return firstSeq + lengths.length - 1;
  }

  /// Bytes of the run, its boundaries included, as limits count them.
  public int size() {
    return pattern.length() + bytes.length() + BOUNDARY_BYTES * lengths.length;
  }

  /// The parts with a number of at least `seq`.
  public List<EncodedPart> partsFrom(long seq) {
    if (!pattern.isDelta()) {
      return seq > firstSeq ? List.of() : List.of(pattern);
    }
    var parts = new ArrayList<EncodedPart>();
    var start = bytes.from();
    for (var i = 0; i < lengths.length; i++) {
      var end = start + lengths[i];
      if (firstSeq + i >= seq) {
        var delta = Arrays.copyOfRange(bytes.array(), start, end);
        parts.add(new EncodedPart(pattern.role(), pattern.head(), delta, pattern.tail()));
      }
      start = end;
    }
    return parts;
  }
}
