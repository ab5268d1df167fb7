package chatd.bench;

/// Whether a figure is what it has to be.
enum Verdict {
  REACHED("reached"),
  MISSED("missed"),
  /// A promise is broken: whoever measured this has to fail.
  BROKEN("broken"),
  /// Other work on the machine kept it from being measured.
  VOID("void"),
  /// The figure has no target; it is told to explain the others.
  NONE("");

  private final String text;

  Verdict(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
