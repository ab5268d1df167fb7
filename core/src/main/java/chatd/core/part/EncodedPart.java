package chatd.core.part;

import chatd.core.message.Role;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A part as it travels: encoded once by the worker, passed on as it is by everybody else.
///
/// The encoded value is `head + delta + tail`. For deltas, `delta` is the escaped string without
/// its quotes, so neighbours with equal role, head and tail join bytewise: that is all there is to
/// merging. Other parts have no `delta` and stand whole in `head`.
///
/// The arrays are shared and never changed.
@SuppressWarnings("ArrayRecordComponent") // Compared by `canMerge`, never by equals.
public record EncodedPart(Role role, byte[] head, byte @Nullable [] delta, byte[] tail) {

  /// A part that never merges.
  public static EncodedPart whole(Role role, byte[] value) {
    return new EncodedPart(role, value, null, new byte[0]);
  }

  public boolean isDelta() {
    return delta != null;
  }

  /// Bytes of the encoded value.
  public int length() {
    return head.length + (delta == null ? 0 : delta.length) + tail.length;
  }

  /// Whether `next`, directly after this, may leave in one frame with it.
  public boolean canMerge(EncodedPart next) {
    return delta != null
        && next.delta != null
        && role == next.role
        && Arrays.equals(head, next.head)
        && Arrays.equals(tail, next.tail);
  }
}
