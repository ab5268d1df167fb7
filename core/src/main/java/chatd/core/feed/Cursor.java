package chatd.core.feed;

/// Where a viewer is: complete up to history version `history`, part `seq` of attempt `attempt`
/// there, largest message id `heldUpTo`. Written `h.a.s.m`.
public record Cursor(long history, long attempt, long seq, long heldUpTo) {
  @Override
  public String toString() {
    return history + "." + attempt + "." + seq + "." + heldUpTo;
  }
}
