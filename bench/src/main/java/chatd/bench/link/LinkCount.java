package chatd.bench.link;

/// How much was said on links. Pings and their answers, which come with time and not with what is
/// said, are left out.
///
/// @param frames what one replica says to another at a time, such as a run of parts
/// @param bytes of these frames, without what WebSocket puts around them
public record LinkCount(long frames, long bytes) {
  static final LinkCount NOTHING = new LinkCount(0, 0);

  LinkCount plus(int frameBytes) {
    return new LinkCount(frames + 1, bytes + frameBytes);
  }

  LinkCount plus(LinkCount other) {
    return new LinkCount(frames + other.frames, bytes + other.bytes);
  }

  /// What came since that count.
  public LinkCount since(LinkCount earlier) {
    return new LinkCount(frames - earlier.frames, bytes - earlier.bytes);
  }
}
