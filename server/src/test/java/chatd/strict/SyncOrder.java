package chatd.strict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/// The order of the events of one connection. What is told of one snapshot is a sync, and a sync
/// has an order; the first one is complete.
final class SyncOrder {
  private static final List<String> ORDER =
      List.of(
          "history_reset",
          "message",
          "queue_update",
          "status",
          "error",
          "action_required",
          "retry",
          "preview_reset",
          "message_part");
  private static final int STATUS = ORDER.indexOf("status");

  private long snapshot;
  private String before = "";
  private boolean needsStatus;
  private boolean firstIsDone;

  /// Whether anything came at all.
  boolean hasBegun() {
    return !before.isEmpty();
  }

  /// Whether rows came that no status has followed yet.
  boolean isInMidSync() {
    return needsStatus;
  }

  /// The next event is of this type and snapshot.
  void check(String type, long version) {
    assertThat(ORDER).contains(type);
    assertThat(version).as("snapshot_version never falls").isGreaterThanOrEqualTo(snapshot);
    if (version > snapshot) {
      assertThat(needsStatus).as("a status comes after messages").isFalse();
      before = "";
    }
    snapshot = version;
    var place = ORDER.indexOf(type);
    checkNeighbours(type, place);
    if (place > STATUS) {
      assertThat(firstIsDone).as("the first sync has a status before %s", type).isTrue();
      assertThat(needsStatus).as("a status comes between messages and %s", type).isFalse();
    }
    if (place == STATUS && !firstIsDone) {
      assertThat(before).as("before the first status").isEqualTo("queue_update");
      firstIsDone = true;
    }
    needsStatus = place != STATUS && (needsStatus || place <= ORDER.indexOf("message"));
    before = type;
  }

  private void checkNeighbours(String type, int place) {
    if (before.isEmpty()) {
      return;
    }
    assertThat(place)
        .as("%s after %s in one sync", type, before)
        .isGreaterThanOrEqualTo(ORDER.indexOf(before));
    if (type.equals(before)) {
      assertThat(type).as("comes once in a sync").isIn("message", "message_part");
    }
  }
}
