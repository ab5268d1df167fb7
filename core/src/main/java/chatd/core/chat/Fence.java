package chatd.core.chat;

/// What a write of a run must still find unchanged under the row lock.
public record Fence(RunId run, long historyVersion, long attempt, ChatStatus status) {

  /// The fence of whoever owns the chat as this row says.
  ///
  /// @throws BrokenInvariant if nobody owns it
  public static Fence of(ChatRow row) {
    var owner = row.ownership();
    if (owner == null) {
      throw new BrokenInvariant("a chat without owner has no fence");
    }
    return new Fence(owner.run(), row.versions().history(), row.versions().attempt(), row.status());
  }

  /// Whether the row is still as this fence says.
  public boolean holds(ChatRow row) {
    var owner = row.ownership();
    return owner != null
        && owner.run().equals(run)
        && row.versions().history() == historyVersion
        && row.versions().attempt() == attempt
        && row.status() == status;
  }

  /// Whether both stand for the same piece of work, attempts apart.
  public boolean isSameTask(Fence other) {
    return run.equals(other.run)
        && historyVersion == other.historyVersion
        && status == other.status;
  }
}
