package chatd.relay;

/// Somebody was dialled, and there is no link nevertheless.
final class NoLink extends Exception {
  private static final long serialVersionUID = 1;

  NoLink(String why) {
    super(why);
  }
}
