package chatd.core.part;

import chatd.core.message.Role;

/// Parts `firstSeq` to `lastSeq` of an episode as one value: `head + delta + tail`.
///
/// The arrays belong to the log and are shared by all its readers.
@SuppressWarnings("ArrayRecordComponent") // Equal when the shared arrays are the same.
public record PartFrame(
    Episode episode,
    long firstSeq,
    long lastSeq,
    Role role,
    byte[] head,
    Slice delta,
    byte[] tail) {

  /// The bytes of `array` from `from` up to, not including, `to`.
  @SuppressWarnings("ArrayRecordComponent") // As above.
  public record Slice(byte[] array, int from, int to) {
    public int length() {
      return to - from;
    }
  }

  /// Bytes of the value.
  public int length() {
    return head.length + delta.length() + tail.length;
  }

  /// Whether it stands for more than one part.
  public boolean isMerged() {
    return firstSeq < lastSeq;
  }
}
