package chatd.core.chat;

/// Something that cannot be, is: a bug. It ends the loop that met it and nothing else.
public final class BrokenInvariant extends RuntimeException {
  private static final long serialVersionUID = 1;

  public BrokenInvariant(String what) {
    super(what);
  }
}
