package chatd.relay;

/// What came is not a message of this protocol. The link it came on cannot be trusted any more.
final class MalformedMessage extends Exception {
  private static final long serialVersionUID = 1;

  MalformedMessage(String what) {
    super(what);
  }
}
